import type { AttributionLevel, QuotationType, SpeechAct, StatementFilter } from './generated/operations.ts';
import { en } from './words/en.ts';

/** What narrows the stream. Each is an id, or a value of the schema. */
export interface Filter {
  readonly party?: string;
  readonly term?: string;
  readonly speaker?: string;
  readonly outlet?: string;
  readonly level?: AttributionLevel;
  readonly act?: SpeechAct;
  readonly words?: QuotationType;
}

/** A party's line on a term, as a cell of the matrix opens it. */
export interface LineOf {
  readonly termId: string;
  readonly partyId: string;
}

/** All that a page shows is in its address, so that any of it can be sent to somebody. */
export interface Address {
  /** Which negotiation; null for the list of them. */
  readonly slug: string | null;
  /** The moment that is looked at, a cursor or an instant; null for now. */
  readonly at: string | null;
  /** What changed after this cursor is marked. */
  readonly since: string | null;
  readonly statement: string | null;
  readonly line: LineOf | null;
  readonly search: string;
  readonly filter: Filter;
  readonly order: 'recorded' | 'said';
  readonly desk: boolean;
}

const FILTERS = ['party', 'term', 'speaker', 'outlet', 'level', 'act', 'words'] as const;
/** The values that some can have; what is none of them narrows nothing. */
const VALUES: Partial<Record<(typeof FILTERS)[number], object>> = {
  level: en.enums.level,
  act: en.enums.act,
  words: en.enums.quotation,
};

export function readAddress({ pathname, search }: { pathname: string; search: string }): Address {
  const given = new URLSearchParams(search);
  const slug = /^\/negotiations\/([^/]+)\/?$/.exec(pathname)?.[1];
  const [termId, partyId] = (given.get('line') ?? '').split('~');
  return {
    slug: slug === undefined ? null : decoded(slug),
    at: given.get('at') || null,
    since: given.get('since') || null,
    statement: given.get('statement') || null,
    line: termId && partyId ? { termId, partyId } : null,
    search: given.get('q') ?? '',
    filter: Object.fromEntries(
      FILTERS.flatMap((name) => {
        const value = given.get(name);
        return value && Object.hasOwn(VALUES[name] ?? { [value]: value }, value) ? [[name, value]] : [];
      }),
    ),
    order: given.get('order') === 'said' ? 'said' : 'recorded',
    desk: given.has('desk'),
  };
}

export function writeAddress(address: Address): string {
  const given = new URLSearchParams();
  const put = (name: string, value: string | null | undefined) => {
    if (value) given.set(name, value);
  };
  put('at', address.at);
  put('since', address.since);
  put('q', address.search);
  for (const name of FILTERS) put(name, address.filter[name]);
  put('order', address.order === 'said' ? 'said' : null);
  put('line', address.line && `${address.line.termId}~${address.line.partyId}`);
  put('statement', address.statement);
  put('desk', address.desk ? 'open' : null);
  const search = String(given);
  const path = address.slug === null ? '/' : `/negotiations/${encodeURIComponent(address.slug)}`;
  return search === '' ? path : `${path}?${search}`;
}

/** The address of a negotiation as it stands now, with nothing opened. */
export function boardOf(slug: string | null): Address {
  return readAddress({ pathname: slug === null ? '/' : `/negotiations/${encodeURIComponent(slug)}`, search: '' });
}

/** As the API takes the moment. Instants have colons, cursors have none. */
export function asOf(at: string | null): { cursor: string } | { instant: string } | null {
  if (at === null) return null;
  return at.includes(':') ? { instant: at } : { cursor: at };
}

/** As the API takes the filter; null where nothing is narrowed. */
export function statementFilter({ party, term, speaker, outlet, level, act, words }: Filter): StatementFilter | null {
  const filter: StatementFilter = {
    ...(party && { partyId: party }),
    ...(term && { termId: term }),
    ...(speaker && { speakerId: speaker }),
    ...(outlet && { outletId: outlet }),
    ...(level && { attributionLevels: [level] }),
    ...(act && { speechActs: [act] }),
    ...(words && { quotationTypes: [words] }),
  };
  return Object.keys(filter).length === 0 ? null : filter;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
