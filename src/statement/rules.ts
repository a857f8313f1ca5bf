/**
 * How many independent chains are behind one claim, given the origin of each statement that makes it: an
 * actor's id or a descriptor as published, null when unknown. Origins decide, not articles: two origins in one
 * article are two chains, and one origin is one chain in however many articles and syndicated copies. The same
 * descriptor twice may be one person, so it counts once. What comes from nobody knows where cannot be shown to
 * be independent of the rest: it makes a chain, and only one, when there is no known origin at all.
 */
export function independentChains(origins: readonly (string | null)[]): number {
  const known = new Set(origins.filter((origin) => origin !== null).map(sameWords));
  return known.size || Math.min(origins.length, 1);
}

function sameWords(descriptor: string): string {
  return descriptor.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

export type SourceKind = 'NAMED_PERSON' | 'UNNAMED_PERSON' | 'UNNAMED_GROUP' | 'COLLECTIVE' | 'DOCUMENT' | 'UNKNOWN';
export type AttributionLevel = 'ON_THE_RECORD' | 'BACKGROUND' | 'DEEP_BACKGROUND' | 'NOT_STATED';

/** Whether who the source is must not be known. */
export function isUnnamed(kind: SourceKind): boolean {
  return kind === 'UNNAMED_PERSON' || kind === 'UNNAMED_GROUP';
}

export interface Attribution {
  readonly kind: SourceKind;
  readonly personId: string | null;
  /** The source as published, word for word ("a senior US official"). */
  readonly descriptor: string | null;
  readonly onBehalfOfId: string | null;
  readonly level: AttributionLevel;
}

/** Why a statement cannot be credited so, in a sentence for the desk's editor, or null. */
export function attributionProblem(source: Attribution): string | null {
  return sourceProblem(source) ?? levelProblem(source);
}

/** Why a source of a kind must not be linked to a person, or to a post of theirs, in a sentence; null where it is to be. */
export function personProblem(kind: SourceKind): string | null {
  switch (kind) {
    case 'NAMED_PERSON':
      return null;
    case 'UNNAMED_PERSON':
    case 'UNNAMED_GROUP':
      return 'An unnamed source must not be linked to a person: who it is has no place in the record.';
    case 'COLLECTIVE':
    case 'DOCUMENT':
      return 'Only a named person is credited as a person; a collective or a document is not one.';
    case 'UNKNOWN':
      return UNKNOWN_IS_KNOWN;
  }
}

const UNKNOWN_IS_KNOWN =
  'An unknown source has neither a person nor a descriptor; choose the kind that fits what was published.';

function sourceProblem({ kind, personId, descriptor, onBehalfOfId }: Attribution): string | null {
  const described = descriptor !== null && descriptor.trim() !== '';
  const linked = personId ? personProblem(kind) : null;
  if (linked !== null) return linked;
  switch (kind) {
    case 'NAMED_PERSON':
      return personId
        ? null
        : 'A named source needs the person; if only a descriptor was published, the source is unnamed.';
    case 'UNNAMED_PERSON':
    case 'UNNAMED_GROUP':
      return described ? null : 'An unnamed source needs its descriptor, word for word as published.';
    case 'COLLECTIVE':
    case 'DOCUMENT':
      return described || onBehalfOfId ? null : 'A collective or a document needs its descriptor or an organization.';
    case 'UNKNOWN':
      return described ? UNKNOWN_IS_KNOWN : null;
  }
}

/**
 * Why a link of the chain must not stand beside a source, in a sentence, or null: whoever passes on what an unnamed
 * source says is that source, or leads to them. Whose view it is may be named, as its first holder.
 * @param link `isPerson`: it names a person of the record; `isViewHolder`: the one whose view is reported
 */
export function linkProblem(
  source: SourceKind,
  link: {
    readonly kind: 'HOLDER' | 'RELAYED_BY' | 'TOLD_TO' | 'REPUBLISHED_BY';
    readonly isPerson: boolean;
    readonly isViewHolder: boolean;
  },
): string | null {
  const isUnnamed = source === 'UNNAMED_PERSON' || source === 'UNNAMED_GROUP' || source === 'UNKNOWN';
  if (!isUnnamed || !link.isPerson || link.kind === 'TOLD_TO' || link.kind === 'REPUBLISHED_BY') return null;
  if (link.kind === 'HOLDER' && link.isViewHolder) return null;
  return 'A person must not be named on the way from an unnamed source: describe them as published.';
}

/** By AP's levels: on the record means by name; on background of either kind the name stays out. */
function levelProblem({ kind, personId, level }: Attribution): string | null {
  switch (level) {
    case 'ON_THE_RECORD':
      if (kind !== 'UNNAMED_PERSON' && kind !== 'UNNAMED_GROUP' && kind !== 'UNKNOWN') return null;
      return 'A source that is not named is not on the record; choose background, deep background or not stated.';
    case 'BACKGROUND':
    case 'DEEP_BACKGROUND':
      return personId ? 'A source on background must not be named; credit the published descriptor instead.' : null;
    case 'NOT_STATED':
      return null;
  }
}

/**
 * Why a W3C text-quote selector finds nothing, in a sentence, or null. `exact` is null when the
 * report's own words were not kept; then there is nothing for a prefix or suffix to stand beside.
 */
export function textQuoteProblem(quote: {
  readonly exact: string | null;
  readonly prefix: string | null;
  readonly suffix: string | null;
}): string | null {
  const { exact, prefix, suffix } = quote;
  if (exact === null) return prefix || suffix ? 'Text before or after a quote needs the quote itself.' : null;
  return exact.trim() === '' ? 'The quote needs the exact words as they stand in the report.' : null;
}

/** How many characters a statement may have in all: what it is found by has no room for many more different words. */
const CHARACTERS_MOST = 300_000;

/** Why a statement is too long as a whole, in a sentence, or null. Each text has a bound of its own besides. */
export function lengthProblem(statement: {
  readonly text: string;
  readonly translations: readonly { readonly text: string }[];
  readonly appearances: readonly {
    readonly exact?: string | null;
    readonly prefix?: string | null;
    readonly suffix?: string | null;
  }[];
}): string | null {
  const { text, translations, appearances } = statement;
  const quoted = appearances.flatMap(({ exact, prefix, suffix }) => [exact, prefix, suffix]);
  const texts = [text, ...translations.map((translation) => translation.text), ...quoted];
  const characters = texts.reduce((sum, words) => sum + (words?.length ?? 0), 0);
  if (characters <= CHARACTERS_MOST) return null;
  return `has ${characters} characters with its translations and quotes; at most ${CHARACTERS_MOST} are kept.`;
}
