import { vi } from 'vitest';
import type { Feed } from '../../../src/ledger/feed.ts';
import type { Answer } from '../../../src/push/answer.ts';
import { AnswerLog } from '../../../src/push/answer-log.ts';
import { Execution } from '../../../src/push/execution.ts';
import { Group } from '../../../src/push/group.ts';

/** What the groups of this process do, counted where they do it: a node itself has no use for it. */
export interface Observed {
  /** How many bytes of answers a group may keep; what a node allows bounds it too, and is far more. */
  keptBytes: number;
  /** Answers that came live, once a group, and answers that were read on pages. */
  live: number;
  paged: number;
  pages: number;
  /** Answers that a group had executed when it ended, so that nobody was to be given them. */
  readonly dropped: number;
  /** How often a group dropped answers for want of room. */
  trims: number;
  /** How many clients were sent away for lagging. */
  sentAway: number;
}

/** Counts from here on, for the rest of the file. */
export function observe(): Observed {
  /** What was executed and not taken yet, by the feed of the group that had it executed. */
  const untaken = new Map<Answer, Feed>();
  const ended = new WeakSet<Feed>();
  const observed = {
    keptBytes: 0,
    live: 0,
    paged: 0,
    pages: 0,
    trims: 0,
    sentAway: 0,
    get dropped() {
      return [...untaken.values()].filter((feed) => ended.has(feed)).length;
    },
  };
  const { prepare } = Execution.prototype;
  vi.spyOn(Execution.prototype, 'prepare').mockImplementation(async function kept(this: Execution, asked) {
    const executable = await prepare.call(this, asked);
    const execute: typeof executable.execute = async (entries) => {
      const answers = await executable.execute(entries);
      for (const answer of answers) untaken.set(answer, executable.feed);
      return answers;
    };
    return { ...executable, execute };
  });
  const { close } = Group.prototype;
  vi.spyOn(Group.prototype, 'close').mockImplementation(function closed(this: Group) {
    ended.add(this.feed);
    close.call(this);
  });
  const { append } = AnswerLog.prototype;
  vi.spyOn(AnswerLog.prototype, 'append').mockImplementation(function bounded(this: AnswerLog, answers, end, most) {
    const { start, end: before } = this;
    // Failing here, the group logs it and tries again, and a play takes what is logged for a failure.
    if (answers.some(({ position }) => position <= before)) throw new Error('a group executed an event once more');
    for (const answer of answers) untaken.delete(answer);
    append.call(this, answers, end, Math.min(most, observed.keptBytes));
    observed.live += answers.length;
    if (this.start > start) observed.trims += 1;
  });
  const { readPage } = Group.prototype;
  vi.spyOn(Group.prototype, 'readPage').mockImplementation(async function counted(this: Group, after) {
    const page = await readPage.call(this, after);
    for (const answer of page.answers) untaken.delete(answer);
    observed.paged += page.answers.length;
    observed.pages += 1;
    return page;
  });
  return observed;
}
