import fc from 'fast-check';
import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';

/**
 * One thing that the desk does to the record. What it refers to it names by external ids; `term~3` is one of the terms,
 * counted round those that there are.
 */
export interface Command {
  readonly mutation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What the external id of what it records begins with; null when it records nothing new. */
  readonly records: string | null;
}

/** The talks that commands are about. */
const TALKS = ['talks', 'others'] as const;
type Talks = (typeof TALKS)[number];

/** What the desk records, by mutation, in an order in which there is what the next may refer to. */
const RECORDED: Readonly<Record<string, string>> = {
  recordPerson: 'actor',
  recordOrganization: 'actor',
  recordPost: 'post',
  recordReport: 'report',
  joinNegotiation: 'participation',
  addTerm: 'term',
  recordEvent: 'event',
  poseOutcome: 'outcome',
  recordHeldGroup: 'held-group',
  openChannel: 'channel',
  publishStatement: 'statement',
  tableProposal: 'proposal',
  answerProposal: 'answer',
  recordMessage: 'message',
};
const SHARED = ['actor', 'post', 'report'];
/** What else it does, each so often. */
const DONE: Readonly<Record<string, number>> = {
  publishStatement: 15,
  correctStatement: 8,
  withdrawStatement: 3,
  expungeStatement: 2,
  joinSources: 6,
  splitSource: 2,
  endPost: 2,
  leaveNegotiation: 2,
  changeNegotiationStatus: 2,
  changeNegotiationAccess: 3,
  settleTerm: 2,
  correctEvent: 2,
  withdrawEvent: 1,
  resolveOutcome: 3,
  correctOutcome: 2,
  withdrawOutcome: 1,
  correctHeldGroup: 2,
  withdrawHeldGroup: 1,
  answerProposal: 8,
  lapseProposal: 1,
  recordLeg: 3,
};

/** Which kind of thing an id is of, by the name of its field. */
const KIND_OF: Readonly<Record<string, string>> = {
  postId: 'post',
  reportId: 'report',
  republishedFromId: 'report',
  participationId: 'participation',
  termId: 'term',
  aboutIds: 'term',
  eventId: 'event',
  outcomeId: 'outcome',
  heldGroupId: 'held-group',
  partOfId: 'held-group',
  channelId: 'channel',
  statementId: 'statement',
  otherStatementId: 'statement',
  toId: 'statement',
  proposalId: 'proposal',
  counterProposalId: 'proposal',
  messageId: 'message',
};
/** Who fits a field that asks for a person or for an organization; whoever else is named may be either. */
const ACTORS: Readonly<Record<string, readonly string[]>> = {
  personId: ['ada', 'ada', 'actor-1'],
  speakerId: ['ada', 'ada', 'actor-1'],
  organizationId: ['union', 'company'],
  outletId: ['gazette'],
  byId: ['union', 'union', 'company', 'mediator'],
  toIds: ['company', 'mediator', 'gazette'],
  parentId: ['union', 'mediator'],
};
const ANY_ACTOR = ['union', 'union', 'company', 'company', 'mediator', 'ada', 'actor-1', 'actor-2'];

const TEXTS = ['eight per cent', 'the union said so', 'a pause of two days', 'said “no”', 'نعم', 'at the North Quay'];
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  revision: [1],
  leg: [1],
  credibility: [1, 3, 6],
  low: [5, 10, 50],
  high: [50, 80],
  lowSeconds: [60],
  highSeconds: [600, 86_400],
};
const DAYS: Readonly<Record<string, readonly string[]>> = {
  since: ['2025-01-01', '2026-02-01'],
  until: ['2026-03-01', '2026-04-01'],
};
const INSTANTS = ['2026-01-05T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-02T09:30:00Z', '2026-04-01T12:00:00Z'];

/** How often of ten a field is given that need not be: what others lean on often, what has all of it refused rarely. */
const OFTEN: Readonly<Record<string, number>> = {
  ...ofEach(0, 'prefix', 'suffix', 'relays', 'descriptorAnswer', 'republishedFromId'),
  ...ofEach(3, 'relations', 'said', 'eventId', 'answered'),
  ...ofEach(4, 'text', 'title', 'statementId', 'transitClaims'),
  ...ofEach(
    6,
    'parentId',
    'stances',
    'impacts',
    'estimates',
    'countClaims',
    'appearances',
    'sent',
    'received',
    'since',
  ),
  ...ofEach(10, 'low', 'high', 'words'),
};
function ofEach<Value>(value: Value, ...names: string[]): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** Of these each statement has one of its own, until two are taken for one. */
const UNNAMED = fc.record({
  kind: fc.constantFrom('UNNAMED_PERSON', 'UNNAMED_GROUP'),
  descriptor: fc.constantFrom('an official', 'a docker'),
  onBehalfOfId: fc.constantFrom('union', 'company', null),
});
/** Inputs that fit only as a whole, by their type. */
const WHOLE: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  PartialDateInput: fc.record({
    from: fc.constantFrom(...INSTANTS),
    precision: fc.constantFrom('MONTH', 'DAY', 'HOUR', 'EXACT'),
    basis: fc.constantFrom('STATED', 'INFERRED'),
  }),
  IntervalInput: fc.constantFrom(...INSTANTS).map((instant) => ({ earliest: instant, latest: instant })),
  SourceInput: fc.oneof(
    fc.record({
      kind: fc.constant('NAMED_PERSON'),
      personId: fc.constantFrom('ada', 'actor-1'),
      onBehalfOfId: fc.constantFrom('union', 'company', null),
    }),
    UNNAMED,
    UNNAMED,
    fc.constant({ kind: 'COLLECTIVE', onBehalfOfId: 'company' }),
    fc.constant({ kind: 'UNKNOWN' }),
  ),
};

function thing(kind: string, talks: Talks): fc.Arbitrary<string> {
  return fc.nat({ max: 9 }).map((which) => `${prefixOf(kind, talks)}~${which}`);
}

function prefixOf(kind: string, talks: Talks): string {
  return SHARED.includes(kind) ? kind : `${talks}-${kind}`;
}

/** A value for a field of an input, by its name and its type; ids are external ones, as in a command. */
export function fitting(given: GraphQLInputType, name: string, talks: Talks = 'talks'): fc.Arbitrary<unknown> {
  const type = getNullableType(given);
  if (isListType(type)) {
    const isOfEnds = name === 'hops' || name === 'toIds';
    const length = { minLength: isOfEnds ? 2 : 1, maxLength: name === 'legs' ? 1 : isOfEnds ? 3 : 2 };
    return fc.uniqueArray(fitting(type.ofType, name, talks), { ...length, selector: JSON.stringify });
  }
  // The level that goes with every kind of source.
  if (name === 'attributionLevel') return fc.constantFrom('NOT_STATED', 'NOT_STATED', 'NOT_STATED', 'BACKGROUND');
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) {
    const whole = WHOLE[type.name];
    if (whole !== undefined) return whole;
    const fields = Object.values(type.getFields()).filter(({ name }) => name !== 'externalId');
    const model = fields.map(({ name, type: of }) => {
      const value = fitting(of, name, talks);
      return [name, isNonNullType(of) ? value : now(OFTEN[name] ?? 1, value)] as const;
    });
    return fc.record(Object.fromEntries(model));
  }
  switch (type.name) {
    case 'ID':
      if (name === 'negotiationId') return fc.constant(talks);
      return KIND_OF[name] === undefined
        ? fc.constantFrom(...(ACTORS[name] ?? ANY_ACTOR))
        : thing(KIND_OF[name], talks);
    case 'Int':
    case 'Float':
      return fc.constantFrom(...(NUMBERS[name] ?? [1]));
    case 'Boolean':
      return fc.boolean();
    case 'Date':
      return fc.constantFrom(...(DAYS[name] ?? ['2026-04-02']));
    case 'Locale':
      return fc.constantFrom('en', 'ar', 'fr');
    case 'DateTime':
      return fc.constantFrom(...INSTANTS);
    case 'URL':
      return fc.constantFrom('https://news.example/a', 'https://news.example/b');
    default:
      return fc.constantFrom(...TEXTS);
  }
}

/** So often of ten, and nothing else. */
function now(often: number, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: often, arbitrary: value }, { weight: 10 - often, arbitrary: fc.constant(undefined) });
}

/** Something that one mutation does in talks, whatever its input. */
export function command(mutation: string, talks: Talks): fc.Arbitrary<Command> {
  const input = schema
    .getMutationType()
    ?.getFields()
    [mutation]?.args.find(({ name }) => name === 'input');
  if (input === undefined) throw new Error(`there is no mutation ${mutation}`);
  const kind = RECORDED[mutation];
  return fitting(input.type, 'input', talks).map((value) => ({
    mutation,
    input: value as Record<string, unknown>,
    records: kind === undefined ? null : prefixOf(kind, talks),
  }));
}

/** What `seedTalks` has, less the talks’ own. */
const BEGINNING: readonly Command[] = [
  ...TALKS.map((slug) => ({
    mutation: 'openNegotiation',
    input: { externalId: slug, slug, title: `The ${slug}`, status: 'ACTIVE' },
    records: null,
  })),
  ...(
    [
      ['union', 'TRADE_UNION'],
      ['company', 'COMPANY'],
      ['mediator', 'GOVERNMENT_BODY'],
      ['gazette', 'NEWS_OUTLET'],
    ] as const
  ).map(([name, kind]) => ({
    mutation: 'recordOrganization',
    input: { externalId: name, name, kind },
    records: null,
  })),
  { mutation: 'recordPerson', input: { externalId: 'ada', name: 'Ada Quay' }, records: null },
];

/** A ledger’s worth of commands: actors and talks, one of each kind and some statements in both, then any. */
export const anyLedger: fc.Arbitrary<readonly Command[]> = fc
  .tuple(
    fc.constant(BEGINNING),
    ...TALKS.flatMap((talks) => Object.keys(RECORDED).map((mutation) => command(mutation, talks).map((one) => [one]))),
    ...TALKS.map((talks) => fc.array(command('publishStatement', talks), { minLength: 3, maxLength: 3 })),
    fc.array(anyCommand(), { minLength: 30, maxLength: 60, size: 'max' }),
  )
  .map((parts) => parts.flat());

/** What tells of the past too: who may read it, and what of it was erased. */
export const ABOUT_THE_PAST = ['expungeStatement', 'changeNegotiationAccess'];

/** Any command, those that make others interesting more often. */
export function anyCommand(): fc.Arbitrary<Command> {
  const often = [...Object.keys(RECORDED).map((mutation) => [mutation, 2] as const), ...Object.entries(DONE)];
  return fc.oneof(
    ...often.flatMap(([mutation, weight]) =>
      TALKS.map((talks) => ({
        weight: talks === 'talks' ? 3 * weight : weight,
        arbitrary: command(mutation, talks),
      })),
    ),
  );
}
