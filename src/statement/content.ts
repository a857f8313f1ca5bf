import { isDeepStrictEqual } from 'node:util';
import type { StatementModel } from '../database/generated/models.ts';
import { dateColumns, dateOf, readPartialDate } from '../date/schema.ts';
import { checkStands } from '../ledger/mending.ts';
import { FOREVER, type PlannedEntry, type PlannedRow } from '../ledger/plan.ts';
import { type Subject, snake } from '../ledger/subjects.ts';
import type { Content, Work } from '../ledger/work.ts';
import { claimKinds } from './claims.ts';
import type { StatementChangesInput, StatementInput } from './inputs.ts';
import { nextPseudonym } from './pseudonym.ts';
import { attributionProblem, isUnnamed, lengthProblem, textQuoteProblem } from './rules.ts';
import type { Relay, Translation } from './store.ts';

type Given = Partial<typeof StatementInput.$inferInput> | typeof StatementChangesInput.$inferInput;
type Path = readonly (string | number)[];

/** A statement's version, and the rows that belong to it, by Prisma's name of their table. */
export interface StatementContent {
  readonly row: Omit<Content<'Statement'>, 'state' | 'revision'>;
  readonly children: ReadonlyMap<string, readonly PlannedRow[]>;
}

/** What every statement has. A correction may leave it out, and may not take it away. */
const REQUIRED = ['text', 'quotationType', 'speechActs', 'source', 'attributionLevel', 'said'] as const;

/** The tables whose rows belong to a version of a statement. */
export function childModels(): string[] {
  return ['appearance', 'relation', ...claimModels()];
}

export function claimModels(): string[] {
  return claimKinds.map(({ model }) => model);
}

/**
 * What a statement is to say: what is given, else what it said before.
 * @param before the version that is corrected, with its rows; null for a new statement
 */
export function readContent(
  given: Given,
  before: { row: StatementModel; children: ReadonlyMap<string, readonly PlannedRow[]> } | null,
  negotiationId: string,
  work: Work,
  path: Path,
): StatementContent {
  const was = before?.row ?? null;
  const source = given.source ? readSource(given.source, work, [...path, 'source']) : null;
  const said = given.said ? readPartialDate(given.said, work, [...path, 'said']) : was && dateOf('said', was);
  if (said === null) throw new Error('a statement is said at some time');
  const speaker = source ?? {
    sourceKind: was?.sourceKind ?? 'UNKNOWN',
    speakerId: was?.speakerId ?? null,
    postId: was?.postId ?? null,
    descriptor: was?.descriptor ?? null,
    onBehalfOfId: was?.onBehalfOfId ?? null,
  };
  const translations =
    given.translations === undefined
      ? ((was?.translations ?? []) as unknown as Translation[])
      : (given.translations ?? []).map(({ translator, ...rest }) => ({ ...rest, translator: translator ?? null }));
  const row = {
    negotiationId,
    text: given.text ?? was?.text ?? '',
    language: given.language ?? was?.language ?? 'en',
    quotationType: given.quotationType ?? was?.quotationType ?? 'INDIRECT',
    speechActs: [...(given.speechActs ?? was?.speechActs ?? [])],
    ...speaker,
    pseudonymId: nextPseudonym(isUnnamed(speaker.sourceKind), was),
    attributionLevel: given.attributionLevel ?? was?.attributionLevel ?? 'NOT_STATED',
    attributionInferred: given.attributionInferred ?? was?.attributionInferred ?? false,
    ...dateColumns('said', said),
    viewOfId: reference('viewOfId'),
    addressedToId: reference('addressedToId'),
    about: (given.aboutIds === undefined
      ? (was?.about ?? [])
      : readAbout(given.aboutIds ?? [], was, negotiationId, work, [...path, 'aboutIds'])) as never,
    relays: (given.relays === undefined
      ? (was?.relays ?? [])
      : readRelays(given.relays ?? [], work, [...path, 'relays'])) as never,
    translations: translations as never,
    reliability: given.reliability === undefined ? (was?.reliability ?? null) : given.reliability,
    credibility: given.credibility === undefined ? (was?.credibility ?? null) : given.credibility,
  };

  for (const field of REQUIRED) {
    if (given[field] === null) work.problem([...path, field], 'cannot be taken away; say what it is to be instead.');
  }
  if (row.speechActs.length === 0) work.problem([...path, 'speechActs'], 'is empty; say what was done by saying it.');
  if (row.credibility !== null && (row.credibility < 1 || row.credibility > 6)) {
    work.problem([...path, 'credibility'], `is ${row.credibility}; the scale goes from 1 to 6.`);
  }
  work.problem(
    [...path, 'source'],
    attributionProblem({
      kind: row.sourceKind,
      personId: row.speakerId,
      descriptor: row.descriptor,
      onBehalfOfId: row.onBehalfOfId,
      level: row.attributionLevel,
    }),
  );

  const children = readChildren(given, before?.children ?? new Map(), row, work, path);
  const appearances = children.get('appearance') ?? [];
  work.problem(path, lengthProblem({ text: row.text, translations, appearances }));
  return { row, children };

  function reference(name: 'viewOfId' | 'addressedToId'): string | null {
    const id = given[name];
    return id === undefined
      ? (was?.[name] ?? null)
      : (work.maybe(['Person', 'Organization'], id, [...path, name])?.id ?? null);
  }
}

function readSource(source: NonNullable<Given['source']>, work: Work, path: Path) {
  const post = work.maybe('Post', source.postId, [...path, 'postId']);
  const person = work.maybe('Person', source.personId, [...path, 'personId']);
  if (post !== null && post.personId !== person?.id) work.problem([...path, 'postId'], 'is not a post of this person.');
  return {
    sourceKind: source.kind,
    speakerId: person?.id ?? null,
    postId: post?.id ?? null,
    descriptor: source.descriptor ?? null,
    onBehalfOfId: work.maybe('Organization', source.onBehalfOfId, [...path, 'onBehalfOfId'])?.id ?? null,
  };
}

const TOPICS = ['Term', 'Event', 'HeldGroup', 'Channel', 'Proposal', 'Outcome'] as const;

function readAbout(
  ids: readonly string[],
  was: StatementModel | null,
  negotiationId: string,
  work: Work,
  path: Path,
): Subject[] {
  const before = new Set(((was?.about ?? []) as unknown as Subject[]).map(({ id }) => id));
  return ids.map((given, index) => {
    const topic = work.the(TOPICS, given, [...path, index]);
    work.sameNegotiation(negotiationId, topic, [...path, index]);
    if ('withdrawn' in topic && !before.has(topic.id)) checkStands(topic, [...path, index], work);
    return { type: topic.type, id: topic.id };
  });
}

function readRelays(relays: NonNullable<Given['relays']>, work: Work, path: Path): Relay[] {
  return relays.map(({ kind, actorId, descriptor }, index) => {
    if (!actorId === !descriptor) work.problem([...path, index], 'needs an actor or a descriptor, and not both.');
    const actor = work.maybe(['Person', 'Organization'], actorId, [...path, index, 'actorId']);
    return { kind, actorId: actor?.id ?? null, descriptor: descriptor ?? null };
  });
}

function readChildren(
  given: Given,
  before: ReadonlyMap<string, readonly PlannedRow[]>,
  row: StatementContent['row'],
  work: Work,
  path: Path,
): Map<string, PlannedRow[]> {
  const dates = { saidEarliest: row.saidEarliest, saidLatest: row.saidLatest };
  const children = new Map<string, PlannedRow[]>();
  const list = (model: string, field: string, plan: (item: never, at: Path) => PlannedRow) => {
    const items = (given as Record<string, unknown>)[field];
    const rows =
      items === undefined
        ? (before.get(model) ?? [])
        : ((items ?? []) as never[]).map((item, index) => ({
            ...plan(item, [...path, field, index]),
            ordinal: index + 1,
          }));
    children.set(
      model,
      rows.map((child) => ({ ...child })),
    );
  };

  list('appearance', 'appearances', (item: NonNullable<Given['appearances']>[number], at) => {
    const report = work.the('Report', item.reportId, [...at, 'reportId']);
    const quote = { exact: item.exact ?? null, prefix: item.prefix ?? null, suffix: item.suffix ?? null };
    work.problem(at, textQuoteProblem(quote));
    const from = work.maybe('Report', item.republishedFromId, [...at, 'republishedFromId']);
    if (from?.id === report.id) work.problem([...at, 'republishedFromId'], 'is the report itself.');
    return {
      ...quote,
      reportId: report.id,
      outletId: report.outletId,
      medium: item.medium ?? null,
      republishedFromId: from?.id ?? null,
    };
  });
  list('relation', 'relations', (item: NonNullable<Given['relations']>[number], at) => ({
    kind: item.kind,
    toId: work.the('Statement', item.toId, [...at, 'toId']).id,
  }));
  for (const { field, model, plan } of claimKinds) {
    list(model, field, (item, at) => plan(item, row, work, at));
    for (const child of children.get(model) ?? []) {
      Object.assign(child, dates, model === 'stance' && { speakerId: row.speakerId });
    }
  }
  return children;
}

/** The rows that belong to the version in force, written already or waiting in the same batch. */
export async function childrenInForce(statement: StatementModel, work: Work): Promise<Map<string, PlannedRow[]>> {
  const children = new Map<string, PlannedRow[]>();
  for (const model of childModels()) {
    // Each of these models has these columns; Prisma's types cannot say so of a union of models.
    const reader = (
      work.ledger.prisma as unknown as Record<string, { findMany(query: object): Promise<PlannedRow[]> }>
    )[model];
    const rows = work.isPending(statement)
      ? work.pendingChildren(snake(model), 'statementId', statement.id)
      : ((await reader?.findMany({
          where: { statementId: statement.id, untilPosition: FOREVER },
          orderBy: { ordinal: 'asc' },
        })) ?? []);
    children.set(
      model,
      rows.map(({ untilPosition: _, ...row }) => row),
    );
  }
  return children;
}

/** Whether a correction leaves everything as it was. */
export function isUnchanged(
  content: StatementContent,
  before: { row: StatementModel; children: ReadonlyMap<string, readonly PlannedRow[]> },
): boolean {
  const was = before.row as unknown as PlannedRow;
  const plain = (rows: readonly PlannedRow[] | undefined) =>
    (rows ?? []).map(({ statementId: _, fromPosition: __, firstPosition: ___, ...row }) => row);
  return (
    Object.entries(content.row).every(([column, value]) => isDeepStrictEqual(value, was[column])) &&
    [...content.children].every(([model, rows]) => isDeepStrictEqual(plain(rows), plain(before.children.get(model))))
  );
}

/** Plans the rows of a version that begins with `entry`. */
export function openChildren(
  content: StatementContent,
  statement: { id: string; firstPosition: unknown },
  entry: PlannedEntry,
  work: Work,
): void {
  for (const [model, rows] of content.children) {
    const isClaim = claimModels().includes(model);
    for (const row of rows) {
      work.child(snake(model), {
        ...row,
        statementId: statement.id,
        fromPosition: entry,
        ...(isClaim && { firstPosition: statement.firstPosition }),
      });
    }
  }
}
