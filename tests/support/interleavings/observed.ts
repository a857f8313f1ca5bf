import { vi } from 'vitest';
import { AnswerLog } from '../../../src/push/answer-log.ts';
import { Group } from '../../../src/push/group.ts';

/** What the groups of this process do, counted where they do it: a node itself has no use for it. */
export interface Observed {
  /** How many bytes of answers a group may keep; what a node allows bounds it too, and is far more. */
  keptBytes: number;
  /** Answers that came live, once a group, and answers that were read on pages. */
  live: number;
  paged: number;
  pages: number;
  /** How often a group dropped answers for want of room. */
  trims: number;
  /** How many clients were sent away for lagging. */
  sentAway: number;
}

/** Counts from here on, for the rest of the file. */
export function observe(): Observed {
  const observed: Observed = { keptBytes: 0, live: 0, paged: 0, pages: 0, trims: 0, sentAway: 0 };
  const { append } = AnswerLog.prototype;
  vi.spyOn(AnswerLog.prototype, 'append').mockImplementation(function bounded(this: AnswerLog, answers, end, most) {
    const { start, end: before } = this;
    // Failing here, the group logs it and tries again, and a play takes what is logged for a failure.
    if (answers.some(({ position }) => position <= before)) throw new Error('a group executed an event once more');
    append.call(this, answers, end, Math.min(most, observed.keptBytes));
    observed.live += answers.length;
    if (this.start > start) observed.trims += 1;
  });
  const { readPage } = Group.prototype;
  vi.spyOn(Group.prototype, 'readPage').mockImplementation(async function counted(this: Group, after) {
    const page = await readPage.call(this, after);
    observed.paged += page.answers.length;
    observed.pages += 1;
    return page;
  });
  return observed;
}
