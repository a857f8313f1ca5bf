import { createHash } from 'node:crypto';
import { Prisma } from '../database/connect.ts';
import { DescriptorWarningError } from '../ledger/errors.ts';
import { isThere } from '../ledger/hidden.ts';
import { FOREVER } from '../ledger/plan.ts';
import type { Work } from '../ledger/work.ts';
import type { StatementContent } from './content.ts';
import { isUnnamed } from './rules.ts';
import type { Relay } from './store.ts';

const { sql } = Prisma;

/** How many words a name may have. */
const WORDS_MOST = 5;
/** A family name shorter than this is too often something else. */
const FAMILY_LEAST = 3;

/**
 * Looks for the names of known people in what an unnamed source, and whoever stands on the way from it, is described by.
 * @param answer to the warning, when the editor has been given it
 * @throws DescriptorWarningError when there is one, and it is not answered
 */
export async function checkDescriptors(content: StatementContent, answer: string | null, work: Work): Promise<void> {
  const descriptors = descriptorsOf(content);
  if (descriptors.length === 0) return;
  const names = await namesIn(descriptors, work);
  if (names.length === 0) return;
  // It answers this warning and no other: another name, or other words, give another.
  const expected = createHash('sha256')
    .update(JSON.stringify([descriptors, names]))
    .digest('base64url')
    .slice(0, 16);
  if (answer !== expected) throw new DescriptorWarningError(names, expected);
}

function descriptorsOf({ row, children }: StatementContent): string[] {
  if (!isUnnamed(row.sourceKind)) return [];
  const given = [
    row.descriptor,
    ...(row.relays as unknown as Relay[]).map(({ descriptor }) => descriptor),
    ...(children.get('estimate') ?? []).map(({ holder }) => holder as string | null),
  ];
  return given.filter((descriptor) => descriptor !== null);
}

async function namesIn(descriptors: readonly string[], work: Work): Promise<string[]> {
  const { phrases, families } = candidates(descriptors);
  const found = await knownNames(phrases, families, work);
  const folded = { phrases: new Set(phrases.map(fold)), families: new Set(families.map(fold)) };
  const pending = work
    .pendingPersons()
    .filter(({ name, aliases }) =>
      [name, ...aliases].some(
        (one) => folded.phrases.has(fold(one)) || folded.families.has(fold(one).split(' ').at(-1) ?? ''),
      ),
    );
  return [...new Set([...found, ...pending].map(({ name }) => name))].sort();
}

/** In an import the same descriptions come again and again: they are looked for once a batch. */
const known = new WeakMap<object, Map<string, Promise<{ name: string }[]>>>();

function knownNames(phrases: string[], families: string[], work: Work): Promise<{ name: string }[]> {
  const ofBatch = known.get(work.batch) ?? new Map<string, Promise<{ name: string }[]>>();
  known.set(work.batch, ofBatch);
  const key = JSON.stringify([phrases, families]);
  const found = ofBatch.get(key) ?? readNames(phrases, families, work);
  ofBatch.set(key, found);
  return found;
}

function readNames(phrases: string[], families: string[], work: Work): Promise<{ name: string }[]> {
  return work.ledger.read<{ name: string }>(sql`
    SELECT DISTINCT a.name FROM search_name n JOIN actor a ON a.id = n.actor_id AND a.until_position = ${FOREVER}
    WHERE a.kind = 'PERSON' ${isThere(work.hidden, sql`a.negotiation_id`)}
      AND (lower(n.name) = ANY(ARRAY(SELECT lower(unaccent(p)) FROM unnest(${phrases}::text[]) AS p))
        OR family_name(n.name) = ANY(ARRAY(SELECT lower(unaccent(f)) FROM unnest(${families}::text[]) AS f)))`);
}

/** What may be a whole name, and what a family name: those are written with a capital, where there are capitals. */
function candidates(descriptors: readonly string[]): { phrases: string[]; families: string[] } {
  const phrases = new Set<string>();
  const families = new Set<string>();
  for (const descriptor of descriptors) {
    const words = descriptor.split(/[^\p{L}\p{M}\p{N}-]+/u).filter(Boolean);
    for (const [first, word] of words.entries()) {
      const isCapital = word.charAt(0) !== word.charAt(0).toLowerCase() || word.toLowerCase() === word.toUpperCase();
      if (isCapital) phrases.add(word);
      if (isCapital && word.length >= FAMILY_LEAST) families.add(word);
      for (let count = 2; count <= WORDS_MOST && first + count <= words.length; count += 1)
        phrases.add(words.slice(first, first + count).join(' '));
    }
  }
  return { phrases: [...phrases], families: [...families] };
}

/** Without accents and capitals, as the search keeps names. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
