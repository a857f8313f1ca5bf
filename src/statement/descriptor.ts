import { createHash } from 'node:crypto';
import { Prisma } from '../database/connect.ts';
import { DescriptorWarningError } from '../ledger/errors.ts';
import { isThere } from '../ledger/hidden.ts';
import { FOREVER } from '../ledger/plan.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Work } from '../ledger/work.ts';
import type { StatementContent } from './content.ts';
import type { Relay } from './store.ts';

const { sql } = Prisma;

/** How many words a name may have, each of those that a dash joins counted. */
const WORDS_MOST = 8;

/**
 * Looks for the names of known people in what a source that is not named, whoever stands on the way from one, and
 * whoever holds an estimate are described by.
 * @param answer to the warning, when the editor has been given it
 * @throws DescriptorWarningError when there is one, and it is not answered
 */
export async function checkDescriptors(content: StatementContent, answer: string | null, work: Work): Promise<void> {
  const descriptors = descriptorsOf(content);
  if (descriptors.length === 0) return;
  const names = await namesIn(descriptors, work);
  const expected = answerTo(descriptors, names);
  if (expected !== null && answer !== expected) throw new DescriptorWarningError(names, expected);
}

/** The answer that is owed for descriptors as of a position; null when no name that was known then is in them. */
export async function answerOwed(descriptors: readonly string[], at: Snapshot): Promise<string | null> {
  if (descriptors.length === 0) return null;
  return answerTo(descriptors, await readNames(candidates(descriptors), [], at, at.position));
}

/** It answers this warning and no other: another name, or other words, give another. */
function answerTo(descriptors: readonly string[], names: readonly string[]): string | null {
  if (names.length === 0) return null;
  return createHash('sha256')
    .update(JSON.stringify([descriptors, names]))
    .digest('base64url')
    .slice(0, 16);
}

export function descriptorsOf({
  row,
  children,
}: {
  readonly row: Pick<StatementContent['row'], 'speakerId' | 'descriptor' | 'relays'>;
  readonly children: StatementContent['children'];
}): string[] {
  const given = [
    // A named person may be described by any name.
    row.speakerId === null ? row.descriptor : null,
    ...(row.relays as unknown as Relay[]).map(({ descriptor }) => descriptor),
    ...(children.get('estimate') ?? []).map(({ holder }) => holder as string | null),
  ];
  return given.filter((descriptor) => descriptor !== null);
}

/** In an import the same descriptions come again and again: they are looked through once, and for later people anew. */
const known = new WeakMap<object, Map<string, Promise<string[]>>>();

function namesIn(descriptors: readonly string[], work: Work): Promise<string[]> {
  const pending = work.pendingPersons();
  const ofBatch = known.get(work.batch) ?? new Map<string, Promise<string[]>>();
  known.set(work.batch, ofBatch);
  const key = JSON.stringify([pending.length, descriptors]);
  const found =
    ofBatch.get(key) ?? readNames(candidates(descriptors), pending, { read: work.ledger.read, hidden: work.hidden });
  ofBatch.set(key, found);
  return found;
}

async function readNames(
  candidates: string[],
  pending: readonly { name: string; aliases: readonly string[] }[],
  { read, hidden }: Pick<Snapshot, 'read' | 'hidden'>,
  before: bigint = FOREVER,
): Promise<string[]> {
  const written = pending.flatMap(({ name, aliases }) => [name, ...aliases].map((one) => ({ name, one })));
  const looked = sql`ARRAY(SELECT name_folded(c) FROM unnest(${candidates}::text[]) AS c)`;
  const found = await read<{ name: string }>(sql`
    SELECT a.name FROM search_name n JOIN actor a ON a.id = n.actor_id AND a.until_position = ${FOREVER}
    WHERE a.kind = 'PERSON' AND a.from_position < ${before} AND called_by(n.name) && ${looked}
      ${isThere(hidden, sql`a.negotiation_id`)}
    UNION
    SELECT p.name FROM unnest(${written.map(({ name }) => name)}::text[], ${written.map(({ one }) => one)}::text[]) AS p(name, one)
    WHERE called_by(name_folded(p.one)) && ${looked}`);
  return found.map(({ name }) => name).sort();
}

/** What may be a name: several words, or one that is written as a name is, where there are capitals. */
function candidates(descriptors: readonly string[]): string[] {
  const found = new Set<string>();
  for (const words of descriptors.flatMap(readings)) {
    for (const [first, word] of words.entries()) {
      if (mayBeName(word)) found.add(word);
      for (let count = 2; count <= WORDS_MOST && first + count <= words.length; count += 1)
        found.add(words.slice(first, first + count).join(' '));
    }
  }
  return [...found];
}

/** The words of a text, twice: an apostrophe may be a part of one (O’Brien), or stand between two (d’Ansari). */
function readings(text: string): string[][] {
  return [text.replace(/['‘’‛′`]s(?![\p{L}\p{M}])/giu, ''), text.replace(/['‘’‛′`]/gu, ' ')].map((read) =>
    read.split(/[^\p{L}\p{M}\p{N}\p{Cf}'‘’‛′`]+/u).filter(Boolean),
  );
}

function mayBeName(word: string): boolean {
  return /[\p{Lu}\p{Lt}]/u.test(word) || !/\p{Ll}/u.test(word);
}
