import type { Client, ClientOptions, Sink, SubscribePayload } from 'graphql-ws';
import { OutcomeUnknownError, UnresumableError } from './errors.ts';
import { insist } from './insist.ts';
import { readOperation } from './operation.ts';
import { cursorOf, endsOnce, type Result } from './sink.ts';

export type Subscribe = (payload: SubscribePayload, sink: Sink<Result>) => () => void;

/** An operation that is to be begun: where it gives its results, and where it leaves what ends it. */
interface Begun {
  readonly client: Client;
  readonly retryWait: ClientOptions['retryWait'];
  readonly payload: SubscribePayload;
  readonly sink: Sink<Result>;
  readonly hold: (release: () => void) => void;
}

/**
 * `subscribe` of a graphql-ws client, with the same contract, over any number of connections one after the other:
 * a subscription goes on from the last cursor that its sink was given, a query is asked again, and a mutation that may
 * have been done is not sent twice. `ask` does the same, but for a query that the server has no answer to for now, which it
 * asks again.
 */
export function subscribeThroughBreaks(
  client: Client,
  retryWait?: ClientOptions['retryWait'],
): { subscribe: Subscribe; ask: Subscribe; stopAll: () => void } {
  const open = new Set<() => void>();
  const subscribing =
    (query: (begun: Begun) => () => void): Subscribe =>
    (payload, sink) => {
      let release = () => {};
      const target = endsOnce(sink, () => {
        open.delete(target.stop);
        release();
      });
      const hold = (next: () => void) => {
        release = next;
      };
      open.add(target.stop);
      try {
        const operation = readOperation(payload.query, payload.operationName);
        const begun = { client, retryWait, payload, sink: target, hold };
        if (operation.kind === 'subscription') resume(begun, operation);
        else if (operation.kind === 'mutation') sendOnce(begun);
        else hold(query(begun));
      } catch (error) {
        target.error(error);
      }
      return target.stop;
    };
  return {
    subscribe: subscribing(({ payload, sink }) => client.subscribe(payload, sink)),
    ask: subscribing(({ payload, sink }) => insist(client, payload, sink, retryWait)),
    stopAll: () => {
      for (const stop of open) stop();
    },
  };
}

function resume(
  { client, retryWait, payload, sink, hold }: Begun,
  { variable, fallback }: { variable: string; fallback: string | null },
): void {
  const given = payload.variables?.[variable] ?? fallback;
  let last = typeof given === 'string' ? given : null;
  const variables = {
    ...payload.variables,
    // graphql-ws writes the same payload to every connection, so the cursor is looked up whenever it is written.
    get [variable]() {
      return last;
    },
  };
  const next = (result: Result) => {
    const cursor = cursorOf(result);
    if (cursor === null && result.data) return sink.error(new UnresumableError(NO_CURSOR));
    last = cursor ?? last;
    sink.next(result);
  };
  const follow = () => hold(client.subscribe<Record<string, unknown>>({ ...payload, variables }, { ...sink, next }));
  const followFromHead = (head: string) => {
    last = head;
    follow();
  };
  // Begun at “now”, a break before the first event would leave nothing to go on from.
  if (last === null) hold(readHead(client, retryWait, sink, followFromHead));
  else follow();
}

const NO_CURSOR =
  'An event came without `extensions.cursor`, so this subscription could not be resumed: the server is no Parley, or an older one.';

function readHead(
  client: Client,
  retryWait: ClientOptions['retryWait'],
  sink: Sink<Result>,
  then: (head: string) => void,
): () => void {
  let isRead = false;
  const next = (result: Result) => {
    if (isRead) return;
    isRead = true;
    // The next operation takes its place before this one is let go, so that the socket stays.
    if (result.data) then(result.data.head as string);
    else {
      sink.next(result);
      sink.complete();
    }
    stop();
  };
  const complete = () => {
    if (!isRead) sink.complete();
  };
  const stop = insist(client, { query: '{ head }' }, { next, error: sink.error, complete }, retryWait);
  return stop;
}

function sendOnce({ client, payload, sink, hold }: Begun): void {
  let isSent = false;
  let isAnswered = false;
  // graphql-ws asks for it whenever it writes the payload to a connection.
  const noted: SubscribePayload & { toJSON: () => SubscribePayload } = {
    ...payload,
    toJSON: () => {
      isSent = true;
      return payload;
    },
  };
  const unlisten = client.on('closed', () => {
    if (isAnswered) sink.complete();
    else if (isSent) sink.error(new OutcomeUnknownError());
  });
  const stop = client.subscribe<Record<string, unknown>>(noted, {
    ...sink,
    next: (result) => {
      isAnswered = true;
      sink.next(result);
    },
  });
  hold(() => {
    unlisten();
    stop();
  });
}
