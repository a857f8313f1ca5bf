import type {
  AttributionLevel,
  CountClaimInput,
  DateBasis,
  EstimateInput,
  ImpactInput,
  Precision,
  QuotationType,
  RelayInput,
  RelayKind,
  SourceKind,
  SpeechAct,
  StanceInput,
  StatementChangesInput,
  StatementInput,
  StatementQuery,
} from '../generated/operations.ts';
import { recall, remember } from '../memory.ts';
import { quotedIn } from '../words/quotes.ts';
import { languageOf } from './languages.ts';

type Published = NonNullable<StatementQuery['statement']>;

/** Something of the record that was chosen, with its name for the one who chose. */
export interface Chosen {
  readonly id: string;
  readonly name: string;
}

/** One link of the way by which a statement came: somebody of the record, or whom the report describes. */
export interface Link {
  readonly kind: RelayKind;
  readonly actor: Chosen | null;
  readonly descriptor: string;
}

/** A statement as it is being written. It is kept in the browser with every key that is pressed. */
export interface Writing {
  /** The draft that is edited, and its revision; null for a new one. */
  readonly draft: { readonly id: string; readonly revision: number } | null;
  readonly text: string;
  /** Empty while nobody chose: then it goes by the script. */
  readonly language: string;
  /** The language of what is in its script, until another is chosen. */
  readonly usual: string;
  readonly quotationType: QuotationType | '';
  readonly sourceKind: SourceKind;
  readonly person: Chosen | null;
  readonly descriptor: string;
  readonly onBehalfOf: Chosen | null;
  readonly level: AttributionLevel;
  readonly inferred: boolean;
  readonly day: string;
  readonly time: string;
  /** How closely it is known, when that is less than the day and the time say. */
  readonly precision: Precision | '';
  readonly phrase: string;
  readonly basis: DateBasis;
  readonly acts: readonly SpeechAct[];
  readonly stances: readonly StanceInput[];
  readonly impacts: readonly ImpactInput[];
  readonly estimates: readonly EstimateInput[];
  readonly countClaims: readonly CountClaimInput[];
  readonly relays: readonly Link[];
  readonly outlet: Chosen | null;
  readonly report: string;
  readonly exact: string;
  /** What a draft has that this form does not show, which stays as it is. */
  readonly rest: Partial<StatementInput>;
  /** The day and time as the draft came: while they stay so, its date stays as exact as it was. */
  readonly cameWith: string | null;
}

export function blank(today: string, usual = 'en'): Writing {
  return {
    draft: null,
    text: '',
    language: '',
    usual,
    quotationType: '',
    sourceKind: 'NAMED_PERSON',
    person: null,
    descriptor: '',
    onBehalfOf: null,
    level: 'ON_THE_RECORD',
    inferred: false,
    day: today,
    time: '',
    precision: '',
    phrase: '',
    basis: 'STATED',
    acts: [],
    stances: [],
    impacts: [],
    estimates: [],
    countClaims: [],
    relays: [],
    outlet: null,
    report: '',
    exact: '',
    rest: {},
    cameWith: null,
  };
}

/** Whether nothing was written yet. */
export function isBlank(writing: Writing): boolean {
  return JSON.stringify(writing) === JSON.stringify(blank(writing.day, writing.usual));
}

/** What the words look like: with quotation marks around some of them, around all, or around none. */
export function quotationOf(text: string): QuotationType {
  const stretches = quotedIn(text.trim());
  if (!stretches.some(({ own }) => own)) return 'INDIRECT';
  return stretches.length === 1 ? 'DIRECT' : 'MIXED';
}

/** The language that it is published in: as chosen, else by its script. */
export function languageIn({ language, text, usual }: Pick<Writing, 'language' | 'text' | 'usual'>): string {
  return language || languageOf(text, usual);
}

/** As the API takes it. What was left empty is left out, and the API says what may not be. */
export function contentOf(writing: Writing): StatementInput {
  const { rest, sourceKind, person, descriptor, onBehalfOf } = writing;
  const isNamed = sourceKind === 'NAMED_PERSON';
  const isSamePerson = person !== null && rest.source?.personId === person.id;
  // A named person has no field for a description: one that came with a draft stays, another is left behind.
  const isDescribed = descriptor.trim() !== '' && (!isNamed || rest.source?.kind === sourceKind);
  return {
    ...rest,
    text: writing.text,
    language: languageIn(writing),
    quotationType: writing.quotationType || quotationOf(writing.text),
    source: {
      kind: sourceKind,
      ...(isNamed && person && { personId: person.id }),
      ...(isNamed && isSamePerson && rest.source?.postId && { postId: rest.source.postId }),
      ...(isDescribed && { descriptor: descriptor.trim() }),
      ...(onBehalfOf && { onBehalfOfId: onBehalfOf.id }),
    },
    attributionLevel: writing.level,
    attributionInferred: writing.inferred,
    said: saidIn(writing),
    speechActs: [...writing.acts],
    stances: [...writing.stances],
    impacts: [...writing.impacts],
    estimates: [...writing.estimates],
    countClaims: [...writing.countClaims],
    relays: writing.relays.map(relayIn),
    appearances: appearancesIn(writing),
  };
}

function saidIn(writing: Writing): StatementInput['said'] {
  const { rest, basis, phrase } = writing;
  const words = phrase.trim() === '' ? {} : { phrase: phrase.trim() };
  if (rest.said && writing.cameWith === dateText(writing)) {
    const { phrase: _, ...said } = rest.said;
    return { ...said, basis, ...words };
  }
  return { ...instantIn(writing), basis, ...words };
}

/** A day is a day wherever it was said, and so are months and years; a time is one of the writer's own zone. */
function instantIn({ day, time, precision }: Writing): { from: string; precision: Precision } {
  if (precision === 'YEAR') return { from: `${day.slice(0, 4)}-01-01T00:00:00.000Z`, precision };
  if (precision === 'MONTH') return { from: `${day.slice(0, 7)}-01T00:00:00.000Z`, precision };
  if (time === '') return { from: `${day}T00:00:00.000Z`, precision: 'DAY' };
  return { from: new Date(`${day}T${time}`).toISOString(), precision: precision || 'MINUTE' };
}

function relayIn({ kind, actor, descriptor }: Link): RelayInput {
  return {
    kind,
    ...(actor && { actorId: actor.id }),
    ...(descriptor.trim() !== '' && { descriptor: descriptor.trim() }),
  };
}

function linksIn({ relays }: Partial<StatementInput>, names: ReadonlyMap<string, string>): Link[] {
  return (relays ?? []).map(({ kind, actorId, descriptor }) => ({
    kind,
    actor: actorId ? { id: actorId, name: names.get(actorId) ?? actorId } : null,
    descriptor: descriptor ?? '',
  }));
}

/** The first report is the form's; those after it stay. */
function appearancesIn({ rest, report, exact }: Writing): NonNullable<StatementInput['appearances']> {
  const [first, ...others] = rest.appearances ?? [];
  if (report === '') return others;
  const { exact: _, ...same } = first?.reportId === report ? first : { reportId: report };
  return [{ ...same, ...(exact.trim() !== '' && { exact: exact.trim() }) }, ...others];
}

/** What a correction changes: the fields that are otherwise than they were. */
export function changesOf(before: Writing, after: Writing): StatementChangesInput {
  const was = new Map(Object.entries(contentOf(before)));
  return Object.fromEntries(
    Object.entries(contentOf(after)).filter(([field, value]) => !isSame(value, was.get(field))),
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A draft's content as it can be gone on with. @param names of what it refers to, by id */
export function writingOf(
  draft: { readonly id: string; readonly revision: number },
  content: StatementInput,
  names: ReadonlyMap<string, string>,
  outlet: Chosen | null = null,
): Writing {
  const chosen = (id: string | null | undefined) => (id ? { id, name: names.get(id) ?? id } : null);
  const { source, said } = content;
  const [appearance] = content.appearances ?? [];
  const hasTime = said.precision === 'HOUR' || said.precision === 'MINUTE' || said.precision === 'EXACT';
  const local = new Date(
    new Date(said.from).getTime() - new Date(said.from).getTimezoneOffset() * 60_000,
  ).toISOString();
  const date = {
    day: (hasTime ? local : said.from).slice(0, 10),
    time: hasTime ? local.slice(11, 16) : '',
    precision:
      said.precision === 'YEAR' || said.precision === 'MONTH' || said.precision === 'HOUR' ? said.precision : '',
  } as const;
  return {
    draft,
    text: content.text,
    // One that its script says by itself was not chosen against it.
    language:
      content.language && languageOf(content.text, content.language) !== content.language ? content.language : '',
    usual: content.language ?? 'en',
    quotationType: content.quotationType,
    sourceKind: source.kind,
    person: chosen(source.personId),
    descriptor: source.descriptor ?? '',
    onBehalfOf: chosen(source.onBehalfOfId),
    level: content.attributionLevel,
    inferred: content.attributionInferred ?? false,
    ...date,
    phrase: said.phrase ?? '',
    basis: said.basis,
    cameWith: dateText(date),
    acts: content.speechActs,
    stances: content.stances ?? [],
    impacts: content.impacts ?? [],
    estimates: content.estimates ?? [],
    countClaims: content.countClaims ?? [],
    relays: linksIn(content, names),
    outlet,
    report: appearance?.reportId ?? '',
    exact: appearance?.exact ?? '',
    rest: content,
  };
}

function dateText({ day, time, precision }: Pick<Writing, 'day' | 'time' | 'precision'>): string {
  return `${day} ${time} ${precision}`;
}

const LANGUAGE = 'writing-language';

/** What the desk writes in, as somebody chose here last. */
export function usualLanguage(ofPage: string): string {
  return recall(LANGUAGE) ?? ofPage;
}

export function keepLanguage(language: string): void {
  remember(LANGUAGE, language);
}

const NAME = (slug: string) => `writing:${slug}`;

export function keepWriting(slug: string, writing: Writing | null): void {
  remember(NAME(slug), writing && JSON.stringify(writing));
}

/** What was being written when the page was left, whatever ended it. */
export function keptWriting(slug: string, today: string): Writing | null {
  try {
    const kept = JSON.parse(recall(NAME(slug)) ?? 'null');
    if (typeof kept?.text !== 'string') return null;
    return { ...blank(today), relays: linksIn(kept.rest ?? {}, new Map()), ...kept };
  } catch {
    return null;
  }
}

/** A correction that is being written, over what a revision says. */
interface CorrectionBegun {
  readonly revision: number;
  readonly before: Writing;
  readonly writing: Writing;
  readonly note: string;
}

const CORRECTION = (statementId: string) => `correction:${statementId}`;

export function keepCorrection(statementId: string, correction: CorrectionBegun | null): void {
  remember(CORRECTION(statementId), correction && JSON.stringify(correction));
}

/**
 * A correction that was being written when the page was left, or the key ended. What was changed is put over what the
 * statement says now, so that nothing that somebody else corrected since is taken back.
 */
export function keptCorrection(
  statement: Published,
): (CorrectionBegun & { /** Whether the statement is another since. */ readonly isPutOver: boolean }) | null {
  try {
    const kept: CorrectionBegun | null = JSON.parse(recall(CORRECTION(statement.id)) ?? 'null');
    if (kept === null) return null;
    const before = writingOfPublished(statement);
    const was = new Map(Object.entries(kept.before));
    const mine = Object.entries(kept.writing).filter(([part, value]) => !isSame(value, was.get(part)));
    return {
      revision: statement.revision,
      before,
      writing: { ...before, ...Object.fromEntries(mine) },
      note: kept.note,
      isPutOver: kept.revision !== statement.revision,
    };
  } catch {
    return null;
  }
}

/** A published statement as it can be corrected. */
export function writingOfPublished(statement: Published): Writing {
  const { id, revision, source, said, appearances } = statement;
  const { person, onBehalfOf, post } = source;
  const relayers = statement.relays.map(({ actor }) => actor);
  const names = new Map(
    [person, onBehalfOf, ...relayers].flatMap((actor) => (actor ? [[actor.id, actor.name] as const] : [])),
  );
  const content: StatementInput = {
    text: statement.text,
    language: statement.language,
    quotationType: statement.quotationType,
    source: given({
      kind: source.kind,
      personId: person?.id,
      postId: post?.id,
      descriptor: source.descriptor,
      onBehalfOfId: onBehalfOf?.id,
    }),
    attributionLevel: statement.attributionLevel,
    attributionInferred: statement.attributionInferred,
    said: given({
      from: said.earliest,
      to: said.latest,
      precision: said.precision,
      phrase: said.phrase,
      basis: said.basis,
    }),
    speechActs: statement.speechActs,
    stances: statement.stances.map(({ kind, note, party, term }) =>
      given({ partyId: party.id, kind, termId: term.id, note }),
    ),
    impacts: statement.impacts.map(({ effect, note, event }) => given({ eventId: event.id, effect, note })),
    estimates: statement.estimates.map(({ words, low, high, scheme, confidence, holder, holderDescriptor, outcome }) =>
      given({
        outcomeId: outcome.id,
        words,
        low,
        high,
        scheme,
        confidence,
        // The source itself is no holder that was named beside it.
        holderId: holder?.id === person?.id || holder?.id === onBehalfOf?.id ? null : holder?.id,
        holder: holderDescriptor === source.descriptor ? null : holderDescriptor,
      }),
    ),
    countClaims: statement.countClaims.map(({ heldGroup, low, high, words }) =>
      given({ heldGroupId: heldGroup.id, low, high, words }),
    ),
    relays: statement.relays.map(({ kind, actor, descriptor }) => given({ kind, actorId: actor?.id, descriptor })),
    appearances: appearances.map(({ report, exact, prefix, suffix, medium, republishedFrom }) =>
      given({ reportId: report.id, exact, prefix, suffix, medium, republishedFromId: republishedFrom?.id }),
    ),
  };
  return writingOf({ id, revision }, content, names, appearances[0]?.report.outlet ?? null);
}

/** Without what there is none of, as an input leaves it out. */
function given<Value extends object>(value: Value): { [Name in keyof Value]: Exclude<Value[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined)) as never;
}
