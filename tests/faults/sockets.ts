import { setTimeout as pause } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import { createClient as createOfficialClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createClient, RefusedError } from '../../src/client/index.ts';
import { type Carrier, type Event, type Follower, isFinal } from './follower.ts';

const PING_MS = 1_000;
const PONG_MS = 2_500;
/** Longer than anything here lasts. */
const NEVER_MS = 120_000;
const AGAIN_MS = 100;
/** Before a client connects again; not all at once. Its own waits are longer, and grow. */
const retryWait = () => pause(300 + Math.random() * 700);

export interface SocketOptions {
  readonly followers: readonly Follower[];
  /** The port of the way in. */
  readonly port: number;
  /** Whether it may stop reading for long without taking itself for cut off. */
  readonly maySleep?: boolean;
  /** Told when a subscription was refused for good. */
  readonly onFailure: (error: unknown) => void;
}

/** Our own client: nothing to be done beyond what its documentation says. */
export function openHelper({ followers, port, maySleep = false, onFailure }: SocketOptions): Carrier {
  const sockets = heldSockets();
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: sockets.impl,
    keepAlive: PING_MS,
    answerWithin: maySleep ? NEVER_MS : PONG_MS,
    retryWait,
  });
  client.on('closed', sockets.closed);
  let isStopped = false;
  const follow = async (follower: Follower) => {
    while (!isStopped) {
      try {
        const events = client.follow<{ event: Event }>({
          subscription: follower.query,
          variables: { ...follower.variables, after: follower.after },
        });
        for await (const { data, cursor } of events) follower.take(data.event, cursor);
        if (!isStopped) follower.endings.push('complete');
      } catch (error) {
        if (error instanceof RefusedError && isFinal(error.errors as never)) return onFailure(error);
        if (!isStopped) follower.endings.push(String(error));
      }
      await pause(AGAIN_MS);
    }
  };
  for (const follower of followers) follow(follower).catch(onFailure);
  return {
    followers,
    maySleep,
    ...sockets,
    stop: () => {
      isStopped = true;
      client.dispose().catch(() => {});
      sockets.terminate();
    },
  };
}

/** The official client as it is, with a getter for `after`, and pings by which it notices that nobody is there. */
export function openOfficial({ followers, port, maySleep = false, onFailure }: SocketOptions): Carrier {
  const sockets = heldSockets();
  let unanswered: NodeJS.Timeout | undefined;
  let isStopped = false;
  const client = createOfficialClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: sockets.impl,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait,
    keepAlive: PING_MS,
    on: {
      connecting: () => {
        clearTimeout(unanswered);
        unanswered = setTimeout(giveUp, 2 * PONG_MS);
      },
      connected: () => clearTimeout(unanswered),
      ping: (isReceived) => {
        if (!isReceived && !maySleep) unanswered = setTimeout(giveUp, PONG_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(unanswered);
      },
      closed: (event) => {
        clearTimeout(unanswered);
        sockets.closed(event);
      },
    },
  });
  function giveUp(): void {
    // The client would go on to hear the socket that it gives up, and give twice what still comes over it.
    sockets.silence();
    client.terminate();
  }
  const follow = (follower: Follower) => {
    let isOver = false;
    const again = (ending: string) => {
      if (isOver || isStopped) return;
      isOver = true;
      follower.endings.push(ending);
      setTimeout(() => isStopped || follow(follower), AGAIN_MS);
    };
    const variables = {
      ...follower.variables,
      get after() {
        return follower.after;
      },
    };
    const unsubscribe = client.subscribe<{ event: Event }>(
      { query: follower.query, variables },
      {
        next: ({ data, errors, extensions }: FormattedExecutionResult<{ event: Event }, { cursor?: unknown }>) => {
          if (isOver) return;
          if (errors === undefined && data?.event) return follower.take(data.event, extensions?.cursor);
          if (isFinal((errors ?? []) as never)) onFailure(new Error(JSON.stringify(errors)));
          // Of which entry this was nobody knows, so whatever came next would hide that it is missing.
          again(JSON.stringify(errors));
          unsubscribe();
        },
        error: (error) => {
          if (Array.isArray(error) && isFinal(error)) onFailure(new Error(JSON.stringify(error)));
          again(JSON.stringify(error));
        },
        complete: () => again('complete'),
      },
    );
  };
  for (const follower of followers) follow(follower);
  return {
    followers,
    maySleep,
    ...sockets,
    stop: () => {
      isStopped = true;
      clearTimeout(unanswered);
      Promise.resolve(client.dispose()).catch(() => {});
      sockets.terminate();
    },
  };
}

/** A WebSocket class whose sockets can be held from outside of the client that opens them. */
function heldSockets() {
  const open = new Set<WebSocket>();
  const closings = new Map<number, number>();
  let newest: WebSocket | undefined;
  class Held extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { perMessageDeflate: false });
      open.add(this);
      newest = this;
      this.once('close', () => open.delete(this));
      this.on('error', () => {});
    }
  }
  return {
    impl: Held,
    closings,
    closed: (event: unknown) => {
      const { code } = event as { code: number };
      closings.set(code, (closings.get(code) ?? 0) + 1);
    },
    sleep: () => newest?.pause(),
    wake: () => {
      for (const socket of open) socket.resume();
    },
    silence: () => {
      if (newest) newest.onmessage = null;
    },
    terminate: () => {
      for (const socket of open) socket.terminate();
    },
  };
}
