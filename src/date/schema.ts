import { builder } from '../graphql/builder.ts';
import { enumOf } from '../graphql/enums.ts';
import type { Work } from '../ledger/work.ts';
import { type PartialDate, problemsOf, spanOf } from './rules.ts';

const Precision = enumOf('Precision', 'How exactly a moment is known.', {
  YEAR: 'The year.',
  MONTH: 'The month.',
  DAY: 'The day.',
  HOUR: 'The hour.',
  MINUTE: 'The minute.',
  EXACT: 'The instant itself.',
});

const DateBasis = enumOf('DateBasis', 'How it is known when something was.', {
  STATED: 'It says so.',
  INFERRED: 'Worked out, as from “Monday” and the day of the report.',
  UNKNOWN: 'A guess of the desk’s.',
});

export const PartialDateType = builder.objectRef<PartialDate>('PartialDate').implement({
  description: 'A moment as exactly as it is known, and no more: it was at some instant between two, both included.',
  fields: (t) => ({
    earliest: t.expose('earliest', { type: 'DateTime', description: 'The first instant that the words allow.' }),
    latest: t.expose('latest', { type: 'DateTime', description: 'The last instant that the words allow.' }),
    precision: t.expose('precision', { type: Precision, description: 'How exactly it is known.' }),
    phrase: t.exposeString('phrase', {
      nullable: true,
      description: 'The words for it, as in “Monday”; null when there were none.',
    }),
    basis: t.expose('basis', { type: DateBasis, description: 'How it is known.' }),
  }),
});

export const PartialDateInput = builder.inputType('PartialDateInput', {
  description: 'A moment as exactly as it is known.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', required: true, description: 'The first instant that the words allow.' }),
    to: t.field({
      type: 'DateTime',
      description: 'The last instant that they allow; the end of the year, month, day … of `from` when left out.',
    }),
    precision: t.field({ type: Precision, required: true, description: 'How exactly it is known.' }),
    phrase: t.string({ description: 'The words for it, word for word.' }),
    basis: t.field({ type: DateBasis, required: true, description: 'How it is known.' }),
  }),
});

type PartialDateGiven = typeof PartialDateInput.$inferInput;

/** The moment that an input means; what is wrong with it is noted at `path`. */
export function readPartialDate(given: PartialDateGiven, work: Work, path: readonly (string | number)[]): PartialDate {
  const { from, to, precision, phrase, basis } = given;
  const date = {
    earliest: from,
    latest: to ?? spanOf(precision, from).latest,
    precision,
    phrase: phrase ?? null,
    basis,
  };
  for (const problem of problemsOf(date)) work.problem(path, problem);
  return date;
}

/** A partial date as five columns of a row, and back: `said` gives saidEarliest, saidLatest … */
export function dateColumns<Name extends string>(name: Name, date: PartialDate): Columns<Name, PartialDate>;
export function dateColumns<Name extends string>(
  name: Name,
  date: PartialDate | null,
): Columns<Name, PartialDate | Nulls>;
export function dateColumns(name: string, date: PartialDate | null): object {
  return {
    [`${name}Earliest`]: date?.earliest ?? null,
    [`${name}Latest`]: date?.latest ?? null,
    [`${name}Precision`]: date?.precision ?? null,
    [`${name}Phrase`]: date?.phrase ?? null,
    [`${name}Basis`]: date?.basis ?? null,
  };
}

export function dateOf<Name extends string>(name: Name, row: Columns<Name, PartialDate>): PartialDate;
export function dateOf<Name extends string>(name: Name, row: Columns<Name, PartialDate | Nulls>): PartialDate | null;
export function dateOf(name: string, row: object): PartialDate | null {
  const columns = row as Record<string, unknown>;
  if (columns[`${name}Earliest`] === null) return null;
  return {
    earliest: columns[`${name}Earliest`],
    latest: columns[`${name}Latest`],
    precision: columns[`${name}Precision`],
    phrase: columns[`${name}Phrase`],
    basis: columns[`${name}Basis`],
  } as PartialDate;
}

/** The properties of a row that are such a date. */
export function dateProperties(name: string): string[] {
  return Object.keys(dateColumns(name, null));
}

type Nulls = { [K in keyof PartialDate]: null };
type Columns<Name extends string, D> = {
  [K in keyof PartialDate as `${Name}${Capitalize<K>}`]: D extends unknown ? D[K & keyof D] : never;
};
