import type { ACTS, Slug, Talks } from './talks.ts';

/** What a subscriber asks for, so that the oracle can tell by itself what it is to get. */
export interface Subscription {
  readonly field: 'statements' | 'timeline';
  readonly slug: Slug;
  /** Of statements: only these. */
  readonly act?: (typeof ACTS)[number];
  readonly speaker?: 0 | 1;
  /** Of a timeline: only these. */
  readonly kinds?: readonly ('STATEMENT' | 'EVENT')[];
  /** How often the words are asked for in one document, so that its frames are large; once when left out. */
  readonly times?: number;
}

/** One event as a subscriber got it: where it stands in the record, and all that it said. */
export interface Delivery {
  readonly cursor: string;
  readonly said: string;
}

/** What both the API and the tables say of an entry. */
export interface Said {
  readonly action: string;
  readonly kind: string;
  /** The subject’s global id. */
  readonly id: string;
  readonly revision: number | null;
  /** A statement’s text, an event’s title. */
  readonly words: string | null;
  readonly note: string | null;
}

/** The same for the same, whoever says it. */
export function spoken({ action, kind, id, revision, words, note }: Said): string {
  return [action, kind, id, revision ?? '-', note ?? '-', words ?? '-'].join(' ');
}

export function variablesOf(
  { slug, act, speaker, kinds }: Subscription,
  { ids, speakers }: Talks,
): Record<string, unknown> {
  const filter = {
    ...(act !== undefined && { speechActs: [act] }),
    ...(speaker !== undefined && { speakerId: speakers[speaker] }),
  };
  return {
    negotiationId: ids[slug],
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(kinds !== undefined && { kinds }),
  };
}

/** Words that are asked for again come from one fragment: of other names a document may not hold many. */
const IN_A_FRAGMENT = 25;

export function documentOf({ field, times = 1 }: Subscription): string {
  const fragments = Math.ceil((times - 1) / IN_A_FRAGMENT);
  const again = Array.from({ length: fragments }, (_, n) => `again${n}: statement { ...Again }`).join(' ');
  const words = Array.from({ length: IN_A_FRAGMENT }, (_, n) => `again${n}: text`).join(' ');
  return field === 'statements'
    ? `subscription Statements($negotiationId: ID!, $filter: StatementFilter, $after: Cursor) {
        event: statements(negotiationId: $negotiationId, filter: $filter, after: $after) {
          __typename
          ... on StatementEvent { cursor statement { id revision text } ${again} }
          ... on StatementCorrected { note }
          ... on StatementWithdrawn { reason }
          ... on StatementExpunged { reason }
        } }
      ${again && `fragment Again on Statement { ${words} }`}`
    : `subscription Timeline($negotiationId: ID!, $kinds: [ChangeKind!], $after: Cursor) {
        event: timeline(negotiationId: $negotiationId, kinds: $kinds, after: $after) {
          cursor action kind note
          subject { id ... on Statement { revision text } ... on Event { title } }
        } }`;
}

/** What one event says. */
export function deliveryOf({ field }: Subscription, event: Record<string, any>): Delivery {
  return { cursor: event.cursor, said: spoken(field === 'statements' ? ofStatement(event) : ofChange(event)) };
}

function ofStatement({ __typename, statement, note, reason }: Record<string, any>): Said {
  return {
    action: __typename.replace('Statement', '').toUpperCase(),
    kind: 'STATEMENT',
    id: statement.id,
    revision: statement.revision,
    words: statement.text,
    note: note ?? reason ?? null,
  };
}

function ofChange({ action, kind, note, subject }: Record<string, any>): Said {
  return {
    action,
    kind,
    id: subject.id,
    revision: subject.revision ?? null,
    words: subject.text ?? subject.title ?? null,
    note,
  };
}
