// The load client: many subscribers in a process of their own. It counts messages by a mark in them, and reads them
// whole, for their order, on every hundredth socket.
import { stay, whenAsked } from './asked.ts';
import { now } from './clock.ts';
import { numberIn } from './events.ts';
import { type Counter, Follower } from './follower.ts';
import { textFrame } from './frames.ts';

const READS_EVERY = 100;

export interface Opening {
  readonly url: string;
  readonly count: number;
  /** The operations, dealt out in turn. */
  readonly queries: readonly string[];
  readonly variables: object;
  /** Handshakes under way at a time. */
  readonly concurrency: number;
}

/** What arrived since the counter began anew. Instants and latencies are in milliseconds. */
export interface Tally {
  readonly followers: number;
  /** Events at the subscriber that has the fewest, and at the one that has the most. */
  readonly fewest: number;
  readonly most: number;
  /** How many subscribers have at least as many as were awaited. */
  readonly complete: number;
  /** Messages that were not the next of their order, among those that were read. */
  readonly outOfOrder: number;
  /** Why subscriptions ended, and how many. */
  readonly ended: Readonly<Record<string, number>>;
  /** When each event had reached everybody, in order; 0 for one that has not. */
  readonly lasts: readonly number[];
  /** From `starts` to each subscriber, over all deliveries. */
  readonly median: number;
  readonly p99: number;
}

let followers: Follower[] = [];
let subscribing: Buffer[] = [];
let message = '';
let outOfOrder = 0;
let ended: Record<string, number> = {};

let awaited = 0;
let arrived = new Int32Array(0);
let lasts = new Float64Array(0);
/** When each event came to each subscriber, where that is kept. */
let arrivals: Float64Array | null = null;
let waiting = new Map<number, () => void>();

const counter: Counter = {
  event: count,
  eventRead: (follower, text) => {
    if (message === '') message = text;
    const number = numberIn(text);
    if (follower.last !== null && number !== follower.last + 1) outOfOrder += 1;
    follower.last = number;
    count(follower);
  },
  ended: (_follower, why) => {
    ended[why] = (ended[why] ?? 0) + 1;
  },
};

function count(follower: Follower): void {
  const event = follower.seen;
  follower.seen += 1;
  if (event >= awaited) return;
  const at = now();
  if (arrivals !== null) arrivals[event * followers.length + follower.index] = at;
  const soFar = (arrived[event] ?? 0) + 1;
  arrived[event] = soFar;
  if (soFar < followers.length) return;
  lasts[event] = at;
  waiting.get(event)?.();
}

/** Opens the sockets and, with `subscribes`, their subscriptions. */
whenAsked(
  'open',
  async ({ url, count, queries, variables, concurrency, subscribes }: Opening & { subscribes: boolean }) => {
    subscribing = queries.map((query) =>
      textFrame(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } })),
    );
    const at = new URL(url);
    const open = async () => {
      while (followers.length < count) {
        const follower = new Follower(followers.length, at, counter, followers.length % READS_EVERY === 0);
        followers.push(follower);
        await follower.acknowledged();
        if (subscribes) subscribe(follower);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, open));
  },
);

/** Subscribes on all sockets at once. */
whenAsked('subscribe', () => {
  for (const follower of followers) subscribe(follower);
});

function subscribe(follower: Follower): void {
  const frame = subscribing[follower.index % subscribing.length];
  if (frame !== undefined) follower.subscribe(frame);
}

/** Counts from nothing. @param keeps whether every single arrival is kept, for `tally` to compare with */
whenAsked('await events', ({ events, keeps }: { events: number; keeps: boolean }) => {
  awaited = events;
  arrived = new Int32Array(events);
  lasts = new Float64Array(events);
  arrivals = keeps ? new Float64Array(events * followers.length) : null;
  waiting = new Map();
  outOfOrder = 0;
  ended = {};
  for (const follower of followers) follower.seen = 0;
});

/** Answers when an event, counted from 0, has reached everybody. */
whenAsked('reached', ({ event }: { event: number }) => {
  if (arrived[event] === followers.length) return;
  return new Promise<void>((settle) => waiting.set(event, settle));
});

/** @param starts when each event began */
whenAsked('tally', ({ starts = [] }: { starts?: readonly number[] }): Tally => {
  const seen = followers.map((follower) => follower.seen);
  const latencies = Float64Array.from(
    starts.flatMap((start, event) => {
      const row = arrivals?.subarray(event * followers.length, (event + 1) * followers.length) ?? [];
      return Array.from(row, (arrival) => arrival - start);
    }),
  ).sort();
  const at = (share: number) => latencies[Math.max(0, Math.ceil(share * latencies.length) - 1)] ?? Number.NaN;
  return {
    followers: followers.length,
    fewest: seen.reduce((least, some) => Math.min(least, some), Number.POSITIVE_INFINITY),
    most: seen.reduce((most, some) => Math.max(most, some), 0),
    complete: seen.filter((some) => some >= awaited).length,
    outOfOrder,
    ended,
    lasts: [...lasts],
    median: at(0.5),
    p99: at(0.99),
  };
});

/** The first event that came, as it was sent. */
whenAsked('message', () => message);

whenAsked('stall', () => {
  for (const follower of followers) follower.stall();
});

whenAsked('close', () => {
  for (const follower of followers) follower.close();
  followers = [];
});

stay();
process.stdout.write('ready\n');
