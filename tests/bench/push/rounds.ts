// One round: so many events to all subscribers of a server, one after the other, and what they cost.
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, waitedForCore } from './accounting.ts';
import { demandAll, LostError } from './subscribers.ts';
import type { Target } from './targets.ts';

export interface Round {
  /** Microseconds of the server's CPU, in the operating system's accounting, over all deliveries. */
  readonly cpu: number;
  readonly deliveries: number;
  readonly cpuADelivery: number;
  /** Milliseconds from publishing to the last subscriber: an event, or those that fell together, each. */
  readonly toLast: readonly number[];
  readonly p99: number;
  /** Milliseconds for which the server's main thread waited for a core meanwhile; null when nobody counts that. */
  readonly waited: number | null;
}

export interface Plan {
  /** How often something is published. */
  readonly bursts: number;
  /** How many events fall together each time. */
  readonly together: number;
  /** Milliseconds from the last delivery of one to the next. */
  readonly gapMs: number;
  /** A round ends early, with what it has, after so many milliseconds. */
  readonly budgetMs: number;
}

/** Rounds of one kind, until one fails. */
export interface Series {
  readonly target: Target;
  readonly plan: Plan;
  readonly isOrdered: boolean;
  readonly rounds: Round[];
  failure: string | null;
}

const PATIENCE_MS = 30_000;

/**
 * What is published next waits until everybody has what was published before, so that no queue is measured.
 * @throws LostError when anything was lost, came twice or out of order
 */
export async function round(
  { server, subscribers, publish, isNumbered }: Omit<Target, 'name'>,
  { bursts, together, gapMs, budgetMs }: Plan,
  isOrdered = isNumbered,
): Promise<Round> {
  await subscribers.awaitEvents(bursts * together);
  const waitedBefore = waitedForCore(server.pid);
  const before = await server.ask<number>('cpu');
  const until = Date.now() + budgetMs;
  const starts: number[] = [];
  while (starts.length < bursts && (starts.length === 0 || Date.now() < until)) {
    const reached = subscribers.reached((starts.length + 1) * together - 1, PATIENCE_MS);
    const [start] = await Promise.all([publish(together), reached]).catch(async (error: Error) => {
      const { followers, complete, ended } = await subscribers.tally();
      throw new LostError(`${error.message}; ${JSON.stringify({ followers, complete, ended })}`);
    });
    starts.push(start);
    await sleep(gapMs);
  }
  const cpu = (await server.ask<number>('cpu')) - before;
  const waitedAfter = waitedForCore(server.pid);
  const tally = await subscribers.tally();
  demandAll(tally, starts.length * together, isOrdered);
  const deliveries = starts.length * together * tally.followers;
  const toLast = starts.map((start, burst) => (tally.lasts[(burst + 1) * together - 1] ?? Number.NaN) - start);
  return {
    cpu,
    deliveries,
    cpuADelivery: cpu / deliveries,
    toLast,
    p99: percentile(toLast, 0.99),
    waited: waitedBefore === null || waitedAfter === null ? null : waitedAfter - waitedBefore,
  };
}

/** Waits until a server has nothing to do: less than a tenth of a core over a third of a second. */
export async function settle({ server }: Pick<Target, 'server'>, patienceMs = 20_000): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const before = await server.ask<number>('cpu');
    await sleep(LOOK_MS);
    if ((await server.ask<number>('cpu')) - before < (LOOK_MS * 1_000) / 10) return;
  }
}

const LOOK_MS = 330;
