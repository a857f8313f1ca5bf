import type {
  AttributionLevel,
  Precision,
  QuotationType,
  SourceKind,
  SpeechAct,
  StanceInput,
  StatementInput,
} from '../generated/operations.ts';
import { recall, remember } from '../memory.ts';
import { quotedIn } from '../words/quotes.ts';

/** Something of the record that was chosen, with its name for the one who chose. */
export interface Chosen {
  readonly id: string;
  readonly name: string;
}

/** A statement as it is being written. It is kept in the browser with every key that is pressed. */
export interface Writing {
  /** The draft that is edited, and its revision; null for a new one. */
  readonly draft: { readonly id: string; readonly revision: number } | null;
  readonly text: string;
  readonly language: string;
  readonly quotationType: QuotationType | '';
  readonly sourceKind: SourceKind;
  readonly person: Chosen | null;
  readonly descriptor: string;
  readonly onBehalfOf: Chosen | null;
  readonly level: AttributionLevel;
  readonly inferred: boolean;
  readonly day: string;
  readonly time: string;
  readonly phrase: string;
  readonly acts: readonly SpeechAct[];
  readonly stances: readonly StanceInput[];
  readonly outlet: Chosen | null;
  readonly report: string;
  readonly exact: string;
  /** What a draft has that this form does not show, which stays as it is. */
  readonly rest: Partial<StatementInput>;
  /** The day, time and phrase as the draft came: while they stay so, its date stays as exact as it was. */
  readonly cameWith: string | null;
}

export function blank(today: string): Writing {
  return {
    draft: null,
    text: '',
    language: 'en',
    quotationType: '',
    sourceKind: 'NAMED_PERSON',
    person: null,
    descriptor: '',
    onBehalfOf: null,
    level: 'ON_THE_RECORD',
    inferred: false,
    day: today,
    time: '',
    phrase: '',
    acts: [],
    stances: [],
    outlet: null,
    report: '',
    exact: '',
    rest: {},
    cameWith: null,
  };
}

/** What the words look like: with quotation marks around some of them, around all, or around none. */
export function quotationOf(text: string): QuotationType {
  const stretches = quotedIn(text.trim());
  if (!stretches.some(({ own }) => own)) return 'INDIRECT';
  return stretches.length === 1 ? 'DIRECT' : 'MIXED';
}

/** As the API takes it. What was left empty is left out, and the API says what may not be. */
export function contentOf(writing: Writing): StatementInput {
  const { rest, sourceKind, person, descriptor, onBehalfOf, day, time, phrase, report, exact } = writing;
  const precision: Precision = time === '' ? 'DAY' : 'MINUTE';
  return {
    ...rest,
    text: writing.text,
    language: writing.language,
    quotationType: writing.quotationType || quotationOf(writing.text),
    source: {
      kind: sourceKind,
      ...(sourceKind === 'NAMED_PERSON' && person && { personId: person.id }),
      ...(descriptor.trim() !== '' && { descriptor: descriptor.trim() }),
      ...(onBehalfOf && { onBehalfOfId: onBehalfOf.id }),
    },
    attributionLevel: writing.level,
    attributionInferred: writing.inferred,
    // A day is a day wherever it was said; a time is one of the writer's own zone.
    said:
      rest.said && writing.cameWith === dateText(writing)
        ? rest.said
        : {
            from: time === '' ? `${day}T00:00:00.000Z` : new Date(`${day}T${time}`).toISOString(),
            precision,
            basis: 'STATED',
            ...(phrase.trim() !== '' && { phrase: phrase.trim() }),
          },
    speechActs: [...writing.acts],
    stances: [...writing.stances],
    appearances:
      report === ''
        ? (rest.appearances ?? [])
        : [
            { reportId: report, ...(exact.trim() !== '' && { exact: exact.trim() }) },
            ...(rest.appearances ?? []).slice(1),
          ],
  };
}

/** A draft's content as it can be gone on with. @param names of what it refers to, by id */
export function writingOf(
  draft: { readonly id: string; readonly revision: number },
  content: StatementInput,
  names: ReadonlyMap<string, string>,
): Writing {
  const chosen = (id: string | null | undefined) => (id ? { id, name: names.get(id) ?? id } : null);
  const { text, language, quotationType, source, attributionLevel, attributionInferred, said, speechActs, stances } =
    content;
  const [appearance] = content.appearances ?? [];
  const isToTheMinute = said.precision === 'MINUTE' || said.precision === 'EXACT';
  const local = new Date(
    new Date(said.from).getTime() - new Date(said.from).getTimezoneOffset() * 60_000,
  ).toISOString();
  const date = {
    day: (isToTheMinute ? local : said.from).slice(0, 10),
    time: isToTheMinute ? local.slice(11, 16) : '',
    phrase: said.phrase ?? '',
  };
  return {
    draft,
    text,
    language: language ?? 'en',
    quotationType,
    sourceKind: source.kind,
    person: chosen(source.personId),
    descriptor: source.descriptor ?? '',
    onBehalfOf: chosen(source.onBehalfOfId),
    level: attributionLevel,
    inferred: attributionInferred ?? false,
    ...date,
    cameWith: dateText(date),
    acts: speechActs,
    stances: stances ?? [],
    outlet: null,
    report: appearance?.reportId ?? '',
    exact: appearance?.exact ?? '',
    rest: content,
  };
}

function dateText({ day, time, phrase }: Pick<Writing, 'day' | 'time' | 'phrase'>): string {
  return `${day} ${time} ${phrase.trim()}`;
}

const NAME = (slug: string) => `writing:${slug}`;

export function keepWriting(slug: string, writing: Writing | null): void {
  remember(NAME(slug), writing && JSON.stringify(writing));
}

/** What was being written when the page was left, whatever ended it. */
export function keptWriting(slug: string, today: string): Writing | null {
  try {
    const kept = JSON.parse(recall(NAME(slug)) ?? 'null');
    return kept && typeof kept.text === 'string' ? { ...blank(today), ...kept } : null;
  } catch {
    return null;
  }
}
