import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { freshDatabase, onServer } from './support/database.ts';
import { play } from './support/interleavings/interleaving.ts';
import { type Observed, observe } from './support/interleavings/observed.ts';
import type { Change, Question } from './support/interleavings/record-model.ts';
import { anyBounds, anyStep, type Bounds, LONG_MS, type Step } from './support/interleavings/steps.ts';

/** How many interleavings are tried; more when looking for one. */
const PLAYS = Number(process.env.INTERLEAVINGS ?? (onServer ? 80 : 50));
/** From here on nothing is played: on a machine that is busy, fewer interleavings, or a failure that is shrunk less. */
const LIMIT_MS = PLAYS * 1_000;

let database: Database;
let observed: Observed;
beforeAll(async () => {
  database = await freshDatabase(1);
  observed = observe();
});
afterAll(() => database[Symbol.asyncDispose]());

const ROOMY: Bounds = { keptBytes: 100_000, lagBytes: 100_000, lagCloseBytes: 100_000, lagCloseMs: 100_000 };
const publish: Change = { what: 'publish', talks: 0, which: 0, act: 'DENY' };
const correct: Change = { ...publish, what: 'correct' };
const expunge: Change = { ...publish, what: 'expunge' };

function write(...changes: Change[]): Step {
  return { do: 'change', by: 'this node', changes };
}

type Joining = Partial<Question & Pick<Step & { readonly do: 'subscribe' }, 'back' | 'ending'>>;

function subscribe(client: number, { act = null, back = null, ending = null }: Joining = {}): Step {
  return { do: 'subscribe', client, question: { talks: 0, act }, back, ending };
}

function answer(which: number): Step {
  return { do: 'answer', which };
}

describe('a node with its clients', () => {
  // What fails is printed with its seed and path: as `{ seed, path }` beside `numRuns` they play it again.
  it('gives each what it asks for, once and in order, whatever happens in between', { timeout: 2 * LIMIT_MS }, () => {
    const until = performance.now() + LIMIT_MS;
    return fc.assert(
      fc.asyncProperty(anyBounds, fc.array(anyStep, { maxLength: 60, size: 'max' }), async (bounds, steps) => {
        if (performance.now() < until) await play(database, observed, bounds, steps);
      }),
      { numRuns: PLAYS },
    );
  });

  it('gives no note on what was erased while the note was under way', () =>
    play(database, observed, ROOMY, [write(publish), subscribe(0), { do: 'hold' }, write(correct), write(expunge)]));

  it('gives nothing of what was erased while it was executed', () =>
    play(database, observed, ROOMY, [
      subscribe(0),
      { do: 'hold' },
      write(publish),
      answer(0),
      write(expunge),
      answer(1),
    ]));

  it('gives nothing of what was erased while nobody followed anything', () =>
    play(database, observed, ROOMY, [
      subscribe(0),
      write(publish),
      { do: 'unsubscribe', client: 0 },
      { do: 'wait', ms: LONG_MS },
      write(expunge),
      subscribe(0, { back: 100 }),
    ]));

  it('gives nothing of what was erased while it waited for a client', () =>
    play(database, observed, { ...ROOMY, lagBytes: 0 }, [
      subscribe(0),
      { do: 'stall', client: 0 },
      write(publish),
      write(publish),
      write(publish),
      write(expunge, { ...expunge, which: 1 }, { ...expunge, which: 2 }),
    ]));

  it('gives nothing of what was erased while it was on a page', () =>
    play(database, observed, { ...ROOMY, lagBytes: 0 }, [
      write(publish, publish, publish),
      { do: 'stall', client: 0 },
      subscribe(0, { back: 100 }),
      write(expunge, { ...expunge, which: 1 }, { ...expunge, which: 2 }),
      subscribe(1, { back: 100 }),
    ]));

  it.each([-3, -2, -1, 0, 1, 2, 3])('loses nobody who joins while their group ends (%i moments after)', (ending) =>
    play(database, observed, ROOMY, [
      subscribe(0),
      { do: 'unsubscribe', client: 0 },
      subscribe(1, { back: 0, ending }),
      write(publish),
    ]),
  );

  it('gives nothing twice that is executed while it is on a page already', () =>
    play(database, observed, ROOMY, [
      subscribe(0),
      { do: 'hold' },
      write(publish),
      answer(0),
      subscribe(1, { back: 10 }),
    ]));

  it('loses nothing for whom so much comes that it goes back to the table', () =>
    play(database, observed, ROOMY, [
      subscribe(0),
      { do: 'hold' },
      write(publish),
      answer(0),
      { do: 'fill', by: 'this node', talks: 0, count: 700 },
      answer(0),
      { do: 'fill', by: 'this node', talks: 0, count: 700 },
      { do: 'let go' },
      write(publish),
      { do: 'hold' },
      write(publish),
    ]));

  it('gives in order what is found out about what changed out of order', () =>
    play(database, observed, ROOMY, [
      subscribe(0, { act: 'DENY' }),
      { do: 'hold' },
      write(publish),
      answer(0),
      write(publish),
      answer(1),
      answer(1),
      answer(0),
    ]));

  it('takes up again whoever was sent away for taking too little', async () => {
    const before = observed.sentAway;
    await play(database, observed, { ...ROOMY, lagBytes: 0, lagCloseBytes: 500, lagCloseMs: 2_000 }, [
      subscribe(0),
      subscribe(1),
      { do: 'stall', client: 0 },
      { do: 'stall', client: 1 },
      write(publish, publish),
      { do: 'wait', ms: 1_000 },
      { do: 'take', client: 0, most: 1 },
      { do: 'wait', ms: 2_000 },
      write(publish),
      write(publish, publish, publish),
      { do: 'wait', ms: 1_000 },
      { do: 'resume', client: 0 },
    ]);
    expect(observed.sentAway - before).toBe(2);
  });

  it('loses nothing that is written between the last look at the table and listening', () =>
    play(database, observed, ROOMY, [
      write(publish),
      { do: 'hold' },
      { do: 'read', talks: 0, back: 10 },
      write(publish),
      answer(1),
      answer(0),
      { do: 'let go' },
      { do: 'hold' },
      { do: 'read', talks: 0, back: 10 },
      write(publish),
      { do: 'let go' },
    ]));

  it('ends who reads the ledger when it stops, also in the middle of the table', () =>
    play(database, observed, ROOMY, [
      write(publish),
      { do: 'hold' },
      { do: 'read', talks: 0, back: 10 },
      { do: 'restart' },
      write(publish),
    ]));
});
