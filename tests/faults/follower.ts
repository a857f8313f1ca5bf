import { type Delivery, deliveryOf, documentOf, type Subscription, variablesOf } from './subscription.ts';
import type { Talks } from './talks.ts';

/** One subscriber: what it asks for, from where on, and all that it was ever given. */
export class Follower {
  readonly name: string;
  readonly subscription: Subscription;
  readonly from: string;
  /** Whether it begins when all is over, so that it may be told nothing of what was erased by then. */
  readonly isLate: boolean;
  readonly query: string;
  /** Without the cursor. */
  readonly variables: Record<string, unknown>;
  readonly deliveries: Delivery[] = [];
  /** Each time that a server ended the subscription itself, and not only its connection, with what it said. */
  readonly endings: string[] = [];
  readonly #seen = new Set<string>();

  /** @param from a cursor of the record */
  constructor(name: string, subscription: Subscription, talks: Talks, from: string, isLate = false) {
    this.name = name;
    this.subscription = subscription;
    this.from = from;
    this.isLate = isLate;
    this.query = documentOf(subscription);
    this.variables = variablesOf(subscription, talks);
  }

  /** Where to go on from. */
  get after(): string {
    return this.deliveries.at(-1)?.cursor ?? this.from;
  }

  has(cursor: string): boolean {
    return this.#seen.has(cursor);
  }

  /** @param cursor that came beside the event, where it is looked for by whoever resumes */
  take(event: Event, cursor: unknown): void {
    const { said, ...delivery } = deliveryOf(this.subscription, event);
    this.deliveries.push({ ...delivery, said: cursor === delivery.cursor ? said : `${said}, beside another cursor` });
    this.#seen.add(delivery.cursor);
  }
}

/** The one field of the documents of the tests. */
export type Event = Record<string, unknown>;

/** What carries followers: a socket with one or more of them, or a stream. */
export interface Carrier {
  readonly followers: readonly Follower[];
  /** How often each close code came. */
  readonly closings: ReadonlyMap<number, number>;
  /** Whether it may stop reading for long without taking itself for cut off. */
  readonly maySleep: boolean;
  /** Reads no more, as a device that sleeps, until `wake`. */
  sleep(): void;
  wake(): void;
  stop(): void;
}

/** Refusals that are answers: to ask again would not change them. */
const FINAL = ['BAD_CURSOR', 'CURSOR_IN_FUTURE', 'NOT_FOUND', 'BAD_ID', 'BAD_USER_INPUT', 'TOO_COSTLY', 'FORBIDDEN'];

export function isFinal(errors: readonly { readonly extensions?: { readonly code?: unknown } | undefined }[]): boolean {
  return errors.some(({ extensions }) => FINAL.includes(String(extensions?.code)));
}
