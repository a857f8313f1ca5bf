import type pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Viewer } from '../desk/policy.ts';
import { rateKeyOf } from './rate-key.ts';

/** Settings of the process; see the README. */
export interface RateLimits {
  /** What a caller may ask in a window, in points of cost: without an account, and with one. 0 is as much as they like. */
  readonly points: number;
  readonly pointsWithAccount: number;
  readonly windowSeconds: number;
  /** Whether all nodes count together, in the database; else each by itself. */
  readonly isShared: boolean;
}

/** Where a caller stands once an operation was counted. */
export interface Spent {
  readonly limit: number;
  readonly cost: number;
  readonly remaining: number;
  readonly windowSeconds: number;
  /** Milliseconds until they may ask for the whole of it again. */
  readonly resetMs: number;
  readonly isOver: boolean;
}

/** Counts what callers ask for, in fixed windows that begin with the first operation of each. */
export class RateLimit {
  readonly #anybody: Limiter;
  readonly #accounts: Limiter;

  /** @param pool of the database that nodes share; null when there is one node */
  constructor(limits: RateLimits, pool: Pick<pg.Pool, 'query'> | null) {
    const store = limits.isShared ? pool : null;
    this.#anybody = limiter(limits.points, limits.windowSeconds, store);
    this.#accounts = limiter(limits.pointsWithAccount, limits.windowSeconds, store);
  }

  /** Counts an operation. @returns null when its caller is not limited */
  async spend(viewer: Viewer, address: string, cost: number): Promise<Spent | null> {
    const limiter = viewer.accountId === null ? this.#anybody : this.#accounts;
    if (limiter === null) return null;
    const { points: limit, duration: windowSeconds } = limiter;
    const { standing, isOver } = await limiter.consume(rateKeyOf(viewer, address), cost).then(
      (standing) => ({ standing, isOver: false }),
      (refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return { standing: refusal, isOver: true };
        throw refusal;
      },
    );
    const { msBeforeNext, consumedPoints } = standing;
    const remaining = isOver ? 0 : Math.max(0, limit - consumedPoints);
    return { limit, cost, remaining, windowSeconds, resetMs: msBeforeNext, isOver };
  }
}

type Limiter = RateLimiterMemory | RateLimiterPostgres | null;

function limiter(points: number, duration: number, store: Pick<pg.Pool, 'query'> | null): Limiter {
  if (points === 0) return null;
  const inMemory = new RateLimiterMemory({ points, duration });
  if (store === null) return inMemory;
  return new RateLimiterPostgres({
    points,
    duration,
    storeClient: store,
    storeType: 'pool',
    tableName: 'rate_limit',
    tableCreated: true,
    keyPrefix: '',
    // Whoever is over the limit costs the database nothing more.
    inMemoryBlockOnConsumed: points,
    // While the database is away each node counts by itself.
    insuranceLimiter: inMemory,
  });
}

/** What HTTP tells of it (IETF draft “RateLimit header fields for HTTP”): how much is left, and for how long. */
export function rateLimitHeaders(spent: Spent): Readonly<Record<string, string>> {
  const reset = Math.ceil(spent.resetMs / 1_000);
  return {
    'ratelimit-policy': `"cost";q=${spent.limit};w=${spent.windowSeconds}`,
    ratelimit: `"cost";r=${spent.remaining};t=${reset}`,
    ...(spent.isOver && { 'retry-after': String(Math.max(1, reset)) }),
  };
}
