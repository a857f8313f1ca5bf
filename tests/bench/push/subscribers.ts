// The subscribers of one server, in a load client of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, start } from './children.ts';
import { OPERATION } from './events.ts';
import type { Opening, Tally } from './load-client.ts';

const HANDSHAKES = 100;
const OPEN_MS = 120_000;
const PROBE_MS = 20_000;
const PAUSE_MS = 300;
const LIVE_MS = 60_000;

/** Events went astray: what was measured says nothing. */
export class LostError extends Error {}

export interface Subscribers {
  readonly client: Child;
  open(count: number, options?: Partial<Opening> & { subscribes?: boolean }): Promise<void>;
  /** Publishes until every subscriber gets it. */
  goLive(publish: (count: number) => Promise<unknown>): Promise<void>;
  awaitEvents(events: number, keeps?: boolean): Promise<void>;
  /** Resolves when an event, counted from 0, has reached everybody. */
  reached(event: number, patienceMs?: number): Promise<void>;
  tally(starts?: readonly number[]): Promise<Tally>;
  close(): Promise<void>;
}

/** @param socketUrl where the server is, asked when sockets are opened */
export async function startSubscribers(socketUrl: string, variables: object): Promise<Subscribers> {
  const client = start('tests/bench/push/load-client.ts');
  await client.says(/ready/);
  const subscribers: Subscribers = {
    client,
    open: (count, options = {}) =>
      client.ask(
        'open',
        {
          url: socketUrl,
          queries: [OPERATION],
          variables,
          concurrency: HANDSHAKES,
          subscribes: true,
          count,
          ...options,
        },
        OPEN_MS,
      ),
    goLive: async (publish) => {
      const until = Date.now() + LIVE_MS;
      while (Date.now() < until) {
        await subscribers.awaitEvents(1);
        await publish(1);
        const isLive = await subscribers.reached(0, PROBE_MS).then(
          () => true,
          () => false,
        );
        // One that came too early for some may still be on its way to others.
        await sleep(PAUSE_MS);
        if (isLive) return;
      }
      throw new LostError(`not all subscribers became live: ${JSON.stringify(await subscribers.tally())}`);
    },
    awaitEvents: (events, keeps = false) => client.ask('await events', { events, keeps }),
    reached: (event, patienceMs) => client.ask('reached', { event }, patienceMs),
    tally: (starts = []) => client.ask('tally', { starts }),
    close: () => client.ask('close'),
  };
  return subscribers;
}

/** Opens sockets that become live, and read no more from then on. */
export async function stallAll(
  stalling: Subscribers,
  count: number,
  publish: (count: number) => Promise<unknown>,
): Promise<void> {
  await stalling.open(count);
  await stalling.goLive(publish);
  await stalling.client.ask('stall');
}

/** @throws LostError unless every subscriber got every event, once, in order, and nobody lost the connection */
export function demandAll(
  { ended, fewest, most, outOfOrder, followers }: Tally,
  events: number,
  isOrdered = true,
): void {
  const isWhole = fewest === events && most === events && Object.keys(ended).length === 0;
  if (isWhole && (outOfOrder === 0 || !isOrdered)) return;
  const facts = { followers, events, fewest, most, outOfOrder, ended };
  throw new LostError(`events were lost, came twice or out of order: ${JSON.stringify(facts)}`);
}
