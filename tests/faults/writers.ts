import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { type Answer, write } from './desk.ts';
import type { Journal } from './journal.ts';
import { ACTS, SLUGS, type Talks } from './talks.ts';

/** What a writer writes with, until its signal. */
export interface Pen {
  /** Of the writer; part of all its words. */
  readonly name: string;
  readonly journal: Journal;
  readonly chance: Chance;
  readonly talks: Talks;
  readonly key: string;
  /** Of the nodes. */
  readonly urls: readonly string[];
  /** Added to each statement, to make it long. */
  readonly padding: string;
  readonly signal: AbortSignal;
  /** Waits for its turn: nobody writes much more than the scenario waits for. */
  turn(): Promise<void>;
}

export type Writer = (pen: Pen) => Promise<void>;

/** One after the other, on whichever node: published, and now and then withdrawn, or expunged. */
export const publisher: Writer = (pen) =>
  repeatedly(pen, async (words) => {
    const { chance, urls, talks, key, journal } = pen;
    const published = await publish(pen, chance.oneOf(urls), talks.ids[chance.oneOf(SLUGS)], words);
    if (published === null) return;
    const { id: statementId, revision } = published;
    if (chance.hits(0.2)) {
      const input = { statementId, revision, reason: `${words} withdrawn` };
      await noted(pen, input.reason, write(chance.oneOf(urls), key, 'withdrawStatement', input));
    } else if (chance.hits(0.3)) {
      const input = { statementId, reason: `${words} expunged` };
      journal.erase(statementId, `${words}${pen.padding}`);
      await noted(pen, input.reason, write(chance.oneOf(urls), key, 'expungeStatement', input));
    }
  });

/** Two who correct the same statement at the same moment, on both nodes: one is refused, in the database or before it. */
export const rivals: Writer = (pen) =>
  repeatedly(pen, async (words) => {
    const { chance, urls, talks } = pen;
    let statement = await publish(pen, chance.oneOf(urls), talks.ids[chance.oneOf(SLUGS)], words);
    for (let round = 1; statement !== null && round <= 3; round += 1) {
      const { id, revision } = statement;
      const answers = await Promise.all(
        ['one', 'other'].map((rival, index) => {
          const note = `${words} round ${round} ${rival}`;
          const changes = { text: `${note}${pen.padding}`, speechActs: [chance.oneOf(ACTS)] };
          const input = { statementId: id, revision, note, changes };
          return noted(pen, note, write(urls[index % urls.length] ?? '', pen.key, 'correctStatement', input));
        }),
      );
      statement =
        answers.map((answer) => (answer.became === 'written' ? answer.statement : null)).find(Boolean) ?? null;
    }
  });

/** Events: of what is followed, they are in timelines only. */
export const chronicler: Writer = (pen) =>
  repeatedly(pen, async (words) => {
    await recordEvent(pen, pen.chance.oneOf(pen.urls), pen.talks.ids[pen.chance.oneOf(SLUGS)], words);
  });

/** Writes in each negotiation that every subscription wants something of, retried until they are acknowledged. */
export async function closingWrites(pen: Pen): Promise<void> {
  for (const slug of SLUGS) {
    const words = `${pen.name} closes ${slug}`;
    const externalId = words.replaceAll(/\W+/g, '-');
    const negotiationId = pen.talks.ids[slug];
    const said = { ...statementInput(pen, negotiationId, words, 'DENY', 0), externalId };
    const done = { ...eventInput(negotiationId, `${words}: event`), externalId: `${externalId}-event` };
    await acknowledged(pen, 'publishStatement', said, words);
    await acknowledged(pen, 'recordEvent', done, done.title);
  }
}

async function acknowledged(pen: Pen, name: string, input: object, words: string): Promise<void> {
  const note = pen.journal.begin(words);
  let why = '';
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await write(pen.urls[tries % pen.urls.length] ?? '', pen.key, name, input);
    if (answer.became === 'written') {
      note.outcome = 'acknowledged';
      return;
    }
    why = answer.why;
    if (answer.became === 'refused') break;
    await pause(50);
  }
  throw new Error(`${name} was not acknowledged by any node: ${why}`);
}

async function publish(pen: Pen, url: string, negotiationId: string, words: string) {
  const text = `${words}${pen.padding}`;
  const input = statementInput(pen, negotiationId, text);
  const answer = await noted(pen, text, write(url, pen.key, 'publishStatement', input));
  return answer.became === 'written' ? answer.statement : null;
}

async function recordEvent(pen: Pen, url: string, negotiationId: string, title: string): Promise<void> {
  await noted(pen, title, write(url, pen.key, 'recordEvent', eventInput(negotiationId, title)));
}

export function statementInput(
  { talks, chance }: Pick<Pen, 'talks' | 'chance'>,
  negotiationId: string,
  text: string,
  act = chance.oneOf(ACTS),
  speaker = chance.below(2),
) {
  const content = {
    text,
    quotationType: 'INDIRECT',
    speechActs: [act],
    source: { kind: 'NAMED_PERSON', personId: talks.speakers[speaker] },
    attributionLevel: 'ON_THE_RECORD',
    said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
  };
  return { negotiationId, content };
}

export function eventInput(negotiationId: string, title: string) {
  return { negotiationId, kind: 'OTHER', title };
}

/** Notes a write, and what became of it as soon as that is known. */
async function noted(pen: Pen, words: string, answering: Promise<Answer>): Promise<Answer> {
  const note = pen.journal.begin(words);
  const answer = await answering;
  if (answer.became === 'written') note.outcome = 'acknowledged';
  if (answer.became === 'refused') note.outcome = 'rolled back';
  // Somebody is away, and is given a moment to come back.
  if (answer.became === 'unknown') await pause(200);
  return answer;
}

/** Has a writer go on until its signal, with unique words each time, and a moment to think between. */
export async function repeatedly(
  { name, chance, signal, turn }: Pick<Pen, 'name' | 'chance' | 'signal' | 'turn'>,
  work: (words: string) => Promise<unknown>,
): Promise<void> {
  for (let count = 1; !signal.aborted; count += 1) {
    await work(`${name} turn ${count}`);
    await pause(20 + chance.below(40));
    await turn();
  }
}
