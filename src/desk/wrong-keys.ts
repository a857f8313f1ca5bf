import { setTimeout as delay } from 'node:timers/promises';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { PrismaClient } from '../database/connect.ts';
import { networkOf } from '../graphql/rate-key.ts';
import type { Authenticate } from './keys.ts';
import { BadKeyError, type Identify, TooManyWrongKeysError } from './policy.ts';
import { readKey } from './rules.ts';

/** Settings of the process; see the README. */
export interface WrongKeyLimit {
  /** How many wrong keys an address may show in a window; 0 for any number. */
  readonly mostPerAddress: number;
  readonly windowSeconds: number;
}

/** How far apart lists of all keys are read, and how old one may be for a key to be found in it. */
const APART_MS = 250;
const LISTED_MS = 1_000;

/**
 * Bounds what wrong keys cost, by the address that they come from. Others may share it (an office, a telecom’s NAT), so past
 * the bound a good key opens what it did: keys are then compared with a list of all that stand, read a few times a second
 * at most for everybody, and tokens go by their signature, which costs no look-up. Each node counts by itself.
 */
export function limitWrongKeys(
  authenticate: Authenticate,
  prisma: PrismaClient,
  { mostPerAddress, windowSeconds }: WrongKeyLimit,
): Identify {
  if (mostPerAddress === 0) return authenticate;
  const shown = new RateLimiterMemory({ points: mostPerAddress, duration: windowSeconds });
  const isStanding = listOfStandingKeys(prisma);

  return async (given, address) => {
    if (given === null) return authenticate(given);
    const network = networkOf(address);
    // Counted before it is known to be wrong, so that a thousand at once are not all looked up.
    const over = await shown.consume(network).then(
      () => null,
      (refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      },
    );
    const refuse = (msBeforeNext: number) => new TooManyWrongKeysError(mostPerAddress, msBeforeNext);
    const key = readKey(given);
    if (over !== null && key !== null && !(await isStanding(key.hash))) throw refuse(over.msBeforeNext);
    try {
      const viewer = await authenticate(given);
      await shown.reward(network);
      return viewer;
    } catch (error) {
      if (!(error instanceof BadKeyError)) await shown.reward(network);
      else if (over !== null) throw refuse(over.msBeforeNext);
      throw error;
    }
  };
}

/** Whether a hash is of a key that stands; whoever asks what the last list does not have waits for the next one. */
function listOfStandingKeys(prisma: PrismaClient): (hash: Uint8Array) => Promise<boolean> {
  const nameOf = (hash: Uint8Array) => Buffer.from(hash).toString('base64');
  let last = { at: 0, names: new Set<string>() };
  let next: Promise<typeof last> | null = null;

  async function read(): Promise<typeof last> {
    await delay(Math.max(0, last.at + APART_MS - Date.now()));
    // From here on whoever asks may know of a key that this list does not have yet.
    next = null;
    const at = Date.now();
    const rows = await prisma.deskKey.findMany({ where: { revokedAt: null }, select: { hash: true } });
    last = { at, names: new Set(rows.map(({ hash }) => nameOf(hash))) };
    return last;
  }

  return async (hash) => {
    const name = nameOf(hash);
    if (Date.now() - last.at < LISTED_MS && last.names.has(name)) return true;
    next ??= read();
    return (await next).names.has(name);
  };
}
