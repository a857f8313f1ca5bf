import type { Follower } from './follower.ts';
import type { Journal } from './journal.ts';
import type { Entry } from './ledger-table.ts';
import { type Subscription, spoken } from './subscription.ts';
import type { Talks } from './talks.ts';

/** What went wrong, in sentences; all four are to be empty. */
export interface Verdict {
  readonly lost: string[];
  readonly twice: string[];
  readonly outOfOrder: string[];
  readonly notAllowed: string[];
}

/** What the tests know: the tables, and what the writers noted by themselves. */
export interface Known {
  readonly ledger: readonly Entry[];
  readonly journal: Journal;
  readonly talks: Talks;
}

export function noFault(): Verdict {
  return { lost: [], twice: [], outOfOrder: [], notAllowed: [] };
}

type Due = 'must come' | 'may come' | 'may not come';

/** Whether a subscriber is to get an entry: by its negotiation, its kind and its filter. */
function dueOf(entry: Entry, { subscription, isLate }: Follower, { talks }: Known): Due {
  const { kind, action } = entry.tells;
  if (entry.negotiationId !== talks.ids[subscription.slug]) return 'may not come';
  if (subscription.field === 'timeline') {
    return subscription.kinds?.every((wanted) => wanted !== kind) ? 'may not come' : 'must come';
  }
  if (kind !== 'STATEMENT') return 'may not come';
  if (action === 'EXPUNGED' || isLetThrough(entry, subscription, talks)) return 'must come';
  // What it said before it was expunged may have been what the filter wants; nobody can tell any more.
  return entry.isBlank && !isLate ? 'may come' : 'may not come';
}

/** A correction that takes a statement out of a filter is for those who had it in theirs. */
function isLetThrough({ versions }: Entry, { act, speaker }: Subscription, { speakers }: Talks): boolean {
  if (act === undefined && speaker === undefined) return true;
  return versions.some(
    ({ acts, speakerId }) =>
      (act === undefined || acts.includes(act)) && (speaker === undefined || speakerId === speakers[speaker]),
  );
}

/** All that a subscriber must be given, in order. */
export function dueTo(follower: Follower, known: Known): Entry[] {
  return after(follower, known).filter((entry) => dueOf(entry, follower, known) === 'must come');
}

function after({ from }: Follower, { ledger }: Known): Entry[] {
  const start = ledger.findIndex(({ cursor }) => cursor === from);
  if (start < 0) throw new Error('a subscriber began at a cursor that the ledger does not have');
  return ledger.slice(start + 1);
}

/** Compares what a subscriber got with what it was to get. */
export function judgeFollower(follower: Follower, known: Known, verdict: Verdict): void {
  const entries = new Map(after(follower, known).map((entry) => [entry.cursor, entry]));
  const seen = new Set<string>();
  let last = -1n;
  for (const [index, { cursor, said }] of follower.deliveries.entries()) {
    const entry = entries.get(cursor);
    const at = `${follower.name}, delivery ${index + 1}, position ${entry?.position ?? 'none'}: ${short(said)}`;
    if (entry === undefined || dueOf(entry, follower, known) === 'may not come') verdict.notAllowed.push(at);
    else if (!maySay(entry, said, follower, known)) {
      verdict.notAllowed.push(`${at}; the record says: ${short(entry.said)}`);
    }
    if (entry === undefined) continue;
    if (seen.has(cursor)) verdict.twice.push(at);
    else if (entry.position < last) verdict.outOfOrder.push(`${at}, after position ${last}`);
    seen.add(cursor);
    if (entry.position > last) last = entry.position;
  }
  for (const { cursor, position, said } of dueTo(follower, known)) {
    if (!seen.has(cursor)) verdict.lost.push(`${follower.name}: position ${position}: ${short(said)}`);
  }
}

/** What the record says; and of what was expunged since, who was there before may have been told the words. */
function maySay(entry: Entry, said: string, { isLate }: Follower, { journal }: Known): boolean {
  if (said === entry.said) return true;
  if (!entry.isBlank || isLate || entry.tells.action === 'EXPUNGED') return false;
  return said === spoken({ ...entry.tells, words: journal.erased(entry.tells.id) ?? null });
}

/** Compares the part of the ledger that was written in a scenario with what its writers were told. */
export function judgeLedger(written: readonly Entry[], { journal }: Known, verdict: Verdict): void {
  const found = new Set<string>();
  for (const entry of written) {
    const words = wordsOf(entry, journal);
    const at = `the ledger, position ${entry.position}: ${short(entry.said)}`;
    const outcome = journal.of(words)?.outcome;
    if (outcome === undefined || outcome === 'rolled back') verdict.notAllowed.push(at);
    if (found.has(words)) verdict.twice.push(at);
    found.add(words);
  }
  for (const { words, outcome } of journal.all()) {
    if (outcome === 'acknowledged' && !found.has(words)) verdict.lost.push(`the ledger: ${short(words)}`);
  }
}

/** What the writer of an entry noted it by. */
export function wordsOf({ tells, isBlank }: Entry, journal: Journal): string {
  return tells.note ?? (isBlank ? journal.erased(tells.id) : tells.words) ?? '';
}

function short(said: string): string {
  return said.length > 160 ? `${said.slice(0, 160)} …` : said;
}
