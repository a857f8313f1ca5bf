import fc from 'fast-check';
import type { LagLimits } from '../../../src/push/group.ts';
import type { Change, Question } from './record-model.ts';
import type { Writer } from './writing.ts';

/** Longer than a group goes on with nobody in it. */
export const LONG_MS = 31_000;

/** One thing that happens. Clients, statements and held answers are counted round. */
export type Step =
  | { readonly do: 'change'; readonly by: Writer; readonly changes: readonly Change[] }
  /** Entries that nobody asks for, in one of the talks or in none. */
  | { readonly do: 'fill'; readonly by: Writer; readonly talks: 0 | 1 | null; readonly count: number }
  /**
   * From `back` positions before the head, or from now. With `ending`, groups that are empty end so many moments later;
   * when it is negative, before, and -1 is just before.
   */
  | {
      readonly do: 'subscribe';
      readonly client: number;
      readonly question: Question;
      readonly back: number | null;
      readonly ending: number | null;
    }
  | { readonly do: 'unsubscribe' | 'stall' | 'drain' | 'cut' | 'resume'; readonly client: number }
  | { readonly do: 'take'; readonly client: number; readonly most: number }
  | { readonly do: 'read'; readonly talks: 0 | 1; readonly back: number | null }
  /** Answers of the database are held from here on, given one by one, or all let go. */
  | { readonly do: 'hold' | 'let go' }
  | { readonly do: 'answer'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'restart' };

/** Limits of the node, and how much of its answers a group may keep. */
export interface Bounds extends LagLimits {
  readonly keptBytes: number;
}

const talks = fc.constantFrom<(0 | 1)[]>(0, 0, 0, 1);
const client = fc.nat({ max: 2 });
const act = fc.constantFrom('DENY' as const, 'COMMENT' as const);
const question = fc.record({ talks, act: fc.option(act) });
const by = fc.constantFrom('this node' as const, 'this node' as const, 'another node' as const, 'nobody' as const);
const back = fc.option(fc.nat({ max: 100 }), { freq: 3 });
const change: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom('publish', 'publish', 'correct', 'withdraw', 'expunge', 'expunge'),
  talks,
  which: fc.nat({ max: 9 }),
  act,
});

/** Steps that differ in nothing but their name. */
function steps<Kind extends Step['do']>(...kinds: Kind[]) {
  return { do: fc.constantFrom(...kinds) };
}

/** Any step, those that make others interesting more often. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({ ...steps('change'), by, changes: fc.array(change, { minLength: 1, maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ ...steps('fill'), by, talks: fc.option(talks), count: fc.integer({ min: 1, max: 70 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      ...steps('subscribe'),
      client,
      question,
      back,
      ending: fc.oneof(fc.constant(null), fc.constant(null), fc.integer({ min: -4, max: 4 })),
    }),
  },
  { weight: 6, arbitrary: fc.record({ ...steps('stall', 'drain', 'resume'), client }) },
  { weight: 2, arbitrary: fc.record({ ...steps('unsubscribe', 'cut'), client }) },
  { weight: 2, arbitrary: fc.record({ ...steps('take'), client, most: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ ...steps('read'), talks, back }) },
  { weight: 4, arbitrary: fc.record(steps('hold', 'let go')) },
  { weight: 10, arbitrary: fc.record({ ...steps('answer'), which: fc.nat({ max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ ...steps('wait'), ms: fc.constantFrom(1_000, 5_000, LONG_MS) }) },
  { weight: 1, arbitrary: fc.record(steps('restart')) },
);

/** Bounds so tight that they matter after an answer or two, and some that never do. */
export const anyBounds: fc.Arbitrary<Bounds> = fc.record({
  keptBytes: fc.constantFrom(0, 600, 100_000),
  lagBytes: fc.constantFrom(0, 400, 100_000),
  lagCloseBytes: fc.constantFrom(500, 100_000),
  lagCloseMs: fc.constantFrom(2_000, 100_000),
});
