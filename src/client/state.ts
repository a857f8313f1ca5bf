import type { Client } from 'graphql-ws';

/** How things stand with the connection, for people to see. */
export type ConnectionState =
  /** Nothing is asked for, so there is no connection. */
  | { readonly status: 'idle' }
  /** The first attempt is under way. */
  | { readonly status: 'connecting' }
  /** Connected. What was missed meanwhile comes before what is new. */
  | { readonly status: 'live' }
  /** The connection broke, or did not come up. It is tried again until it does, unless the code forbids it. */
  | {
      readonly status: 'offline';
      /** When it was noticed. It stays the same until it is live again. */
      readonly since: Date;
      /** The code and the reason of the latest close, where there was one: 4403 means a key that is no longer good. */
      readonly code?: number;
      readonly reason?: string;
    };

export interface StateOfConnection {
  readonly now: () => ConnectionState;
  /** @returns what ends the listening */
  readonly listen: (listener: (state: ConnectionState) => void) => () => void;
}

export function watchState(client: Client): StateOfConnection {
  let state: ConnectionState = { status: 'idle' };
  const listeners = new Set<(state: ConnectionState) => void>();
  const become = (next: ConnectionState) => {
    state = next;
    // In a turn of its own, so that a listener that throws breaks nothing but itself.
    for (const listener of listeners) queueMicrotask(() => listener(next));
  };
  const offline = (why: object) =>
    become({ status: 'offline', since: state.status === 'offline' ? state.since : new Date(), ...why });

  client.on('connecting', () => {
    if (state.status === 'idle') become({ status: 'connecting' });
  });
  client.on('connected', () => become({ status: 'live' }));
  client.on('error', () => {
    if (state.status !== 'offline') offline({});
  });
  client.on('closed', (event) => {
    const { code, reason } = event as { code: number; reason: string };
    if (code === NORMAL) become({ status: 'idle' });
    else offline({ code, reason });
  });
  return {
    now: () => state,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The close code with which the last operation that ends takes the connection with it. */
const NORMAL = 1000;
