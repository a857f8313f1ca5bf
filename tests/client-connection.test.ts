import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ClientOptions, type ConnectionState, createClient, type ParleyClient } from '../src/client/index.ts';
import { openScriptedServer, type ScriptedServer } from './support/scripted-server.ts';

const EVENTS = 'subscription Events($after: Cursor) { event(after: $after) }';

/** What may well go right another time. */
const PASSING = ['INTERNAL_SERVER_ERROR', 'TIMED_OUT', 'RATE_LIMITED'];

let server: ScriptedServer;
let clients: ParleyClient[];
beforeEach(async () => {
  server = await openScriptedServer();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  await server[Symbol.asyncDispose]();
});

function open(options: Partial<ClientOptions> = {}): ParleyClient {
  const client = createClient({ url: server.url, webSocketImpl: WebSocket, retryWait: async () => {}, ...options });
  clients.push(client);
  return client;
}

/** Follows from `c0`, and gives the list of cursors that grows. */
function follow(client: ParleyClient, after = 'c0') {
  const seen: string[] = [];
  let expected = 0;
  let reached = () => {};
  const ended = (async () => {
    for await (const { cursor } of client.follow({ subscription: EVENTS, variables: { after } })) {
      seen.push(cursor);
      if (seen.length === expected) reached();
    }
  })();
  ended.catch(() => {});
  const until = (count: number) =>
    new Promise<string[]>((settle) => {
      expected = count;
      reached = () => settle(seen);
      if (seen.length >= count) settle(seen);
    });
  return { seen, ended, until };
}

/** Resolves when the client's state fits. */
function whenState(client: ParleyClient, status: ConnectionState['status']): Promise<ConnectionState> {
  return new Promise((settle) => {
    const stop = client.onState((state) => {
      if (state.status !== status) return;
      stop();
      settle(state);
    });
  });
}

describe('a subscription that is resumed', () => {
  it('goes on after the last event that was handed over, on every connection', async () => {
    const { until } = follow(open());
    let delivered = 0;
    for (const { code, events } of [
      { code: 1001, events: 2 },
      { code: 1013, events: 0 },
      { code: 1006, events: 1 },
      { code: 4403, events: 1 },
      { code: 4408, events: 1 },
    ]) {
      const connection = await server.connection();
      const { id, variables } = await connection.subscribed();
      expect(variables).toEqual({ after: `c${delivered}` });
      for (let n = 0; n < events; n++) connection.event(id, `c${++delivered}`);
      await until(delivered);
      if (code === 1006) connection.socket.terminate();
      else connection.socket.close(code);
    }
    expect(await until(5)).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
  });

  it.each([1000, 1002, 1003, 1007, 1008, 1011])('goes on after a wait when a proxy closes with %i', async (code) => {
    let waits = 0;
    const retryWait = async () => {
      waits += 1;
    };
    const client = open({ retryWait });
    const { until } = follow(client);
    const first = await server.connection();
    const { id } = await first.subscribed();
    first.event(id, 'c1');
    await until(1);
    const offline = whenState(client, 'offline');
    first.socket.close(code, 'by a proxy');
    expect(await offline).toMatchObject({ code: 1006, reason: 'by a proxy' });
    const second = await server.connection();
    expect(waits).toBe(1);
    expect((await second.subscribed()).variables).toEqual({ after: 'c1' });
    second.event(id, 'c2');
    expect(await until(2)).toEqual(['c1', 'c2']);
  });

  it('does not count what arrives after it was stopped, though it came in the same packet', async () => {
    const client = open();
    const seen: unknown[] = [];
    const stopped = new Promise<void>((settle) => {
      const stop = client.subscribe(
        { query: EVENTS, variables: { after: 'c0' } },
        {
          next: ({ data }) => {
            seen.push(data);
            stop();
          },
          error: () => {},
          complete: settle,
        },
      );
    });
    const connection = await server.connection();
    const { id } = await connection.subscribed();
    const { _socket: tcp } = connection.socket as unknown as { _socket: Socket };
    tcp.cork();
    for (const cursor of ['c1', 'c2', 'c3']) connection.event(id, cursor);
    tcp.uncork();
    await stopped;
    await connection.completed();
    expect(seen).toEqual([{ event: 'c1' }]);
  });

  it('begins at the head when no cursor is given, so that a break before the first event loses nothing', async () => {
    const seen: string[] = [];
    const following = (async () => {
      for await (const { cursor } of open().follow({ subscription: EVENTS })) {
        seen.push(cursor);
        if (seen.length === 1) return;
      }
    })();
    const first = await server.connection();
    const head = await first.subscribed();
    expect(head.query).toBe('{ head }');
    first.send({ id: head.id, type: 'next', payload: { data: { head: 'c7' } } });
    expect((await first.subscribed()).variables).toEqual({ after: 'c7' });
    first.socket.terminate();
    const second = await server.connection();
    const { id, variables } = await second.subscribed();
    expect(variables).toEqual({ after: 'c7' });
    second.event(id, 'c8');
    await following;
    expect(seen).toEqual(['c8']);
  });

  it.each(PASSING)('begins at the head once the server can tell it, and not with %s', async (code) => {
    const events = open().follow({ subscription: EVENTS });
    const first = events.next();
    const connection = await server.connection();
    connection.refuse((await connection.subscribed()).id, code);
    const { id, query } = await connection.subscribed();
    expect(query).toBe('{ head }');
    connection.send({ id, type: 'next', payload: { data: { head: 'c7' } } });
    const following = await connection.subscribed();
    expect(following.variables).toEqual({ after: 'c7' });
    connection.event(following.id, 'c8');
    expect((await first).value?.cursor).toBe('c8');
    events.stop();
  });

  it('ends when an event comes without a cursor, as it could not be resumed', async () => {
    const { ended } = follow(open());
    const connection = await server.connection();
    const { id } = await connection.subscribed();
    connection.send({ id, type: 'next', payload: { data: { event: 'x' } } });
    await expect(ended).rejects.toMatchObject({ name: 'UnresumableError' });
    expect(await connection.completed()).toBe(id);
  });

  it('hears nothing of a socket that was given up, whatever that still delivers', async () => {
    const client = open();
    const { until, seen } = follow(client);
    const first = await server.connection();
    const { id } = await first.subscribed();
    first.event(id, 'c1');
    await until(1);
    const { _socket: tcp } = first.socket as unknown as { _socket: Socket };
    tcp.cork();
    first.event(id, 'c2');
    client.terminate();
    const second = await server.connection();
    const again = await second.subscribed();
    expect(again).toMatchObject({ id, variables: { after: 'c1' } });
    tcp.uncork();
    second.event(id, 'c2');
    second.event(id, 'c3');
    await until(3);
    expect(seen).toEqual(['c1', 'c2', 'c3']);
  });

  it('ends its own operation alone when its consumer throws', async () => {
    const client = open();
    const thrown = new Error('of the app');
    const failed = new Promise((settle) => {
      client.subscribe(
        { query: EVENTS, variables: { after: 'c0' } },
        {
          next: () => {
            throw thrown;
          },
          error: settle,
          complete: () => {},
        },
      );
    });
    const connection = await server.connection();
    const throwing = await connection.subscribed();
    const { until } = follow(client);
    const { id } = await connection.subscribed();
    connection.event(throwing.id, 'c1');
    expect(await failed).toBe(thrown);
    connection.event(id, 'c1');
    expect(await until(1)).toEqual(['c1']);
  });

  it('leaves what a slow consumer cannot take yet on the server', async () => {
    const results = open().iterate({ query: EVENTS, variables: { after: 'c0' } });
    const connection = await server.connection();
    const first = await connection.subscribed();
    for (let n = 1; n <= 1_500; n++) connection.event(first.id, `c${n}`);
    expect(await connection.completed()).toBe(first.id);
    const seen: unknown[] = [];
    for (let n = 1; n <= 1_000; n++) seen.push((await results.next()).value?.data?.event);
    const more = results.next();
    const again = await connection.subscribed();
    expect(again.variables).toEqual({ after: 'c1000' });
    connection.event(again.id, 'c1001');
    seen.push((await more).value?.data?.event);
    await results.return?.();
    expect(seen).toEqual(Array.from({ length: 1_001 }, (_, index) => `c${index + 1}`));
  });
});

describe('a query that is followed', () => {
  const joined = {
    query: '{ read }',
    subscription: EVENTS,
    from: ({ read }: Record<string, unknown>) => ({ after: read }),
  };

  it.each(PASSING)('is asked again, after a wait, when it is answered with %s', async (code) => {
    let waits = 0;
    const retryWait = async () => {
      waits += 1;
    };
    const joining = open({ retryWait }).readAndFollow(joined);
    const connection = await server.connection();
    for (let n = 0; n < 2; n++) connection.refuse((await connection.subscribed()).id, code);
    const { id, query } = await connection.subscribed();
    expect([query, waits]).toEqual(['{ read }', 2]);
    connection.send({ id, type: 'next', payload: { data: { read: 'c3' } } });
    connection.send({ id, type: 'complete' });
    const { answer, events } = await joining;
    expect(answer).toEqual({ read: 'c3' });
    expect((await connection.subscribed()).variables).toEqual({ after: 'c3' });
    events.stop();
  });

  it('is given up with the client, also while it waits to be asked again', async () => {
    const client = createClient({ url: server.url, webSocketImpl: WebSocket });
    const joining = client.readAndFollow(joined);
    const connection = await server.connection();
    connection.refuse((await connection.subscribed()).id, 'INTERNAL_SERVER_ERROR');
    connection.send({ type: 'ping' });
    await once(connection.socket, 'message');
    await client.dispose();
    await expect(joining).rejects.toThrow('disposed of before the answer came');
  });
});

describe('what ends a subscription', () => {
  it.each([1009, 4400, 4401, 4004, 4005, 4406, 4409, 4429, 4500])('is the close code %i', async (code) => {
    const { ended } = follow(open());
    const connection = await server.connection();
    await connection.subscribed();
    connection.socket.close(code, 'the reason');
    await expect(ended).rejects.toMatchObject({ name: 'ClosedError', code, reason: 'the reason', cursor: 'c0' });
  });

  it.each([
    ['in place of an event', (errors: object[]) => ({ type: 'next', payload: { data: null, errors } })],
    ['in place of all events', (errors: object[]) => ({ type: 'error', payload: errors })],
  ])('is an answer that is an error, %s: it names the last cursor that was delivered', async (_, message) => {
    const { ended, until } = follow(open());
    const connection = await server.connection();
    const { id } = await connection.subscribed();
    connection.event(id, 'c1');
    await until(1);
    connection.send({ id, ...message([{ message: 'Not yours.', extensions: { code: 'BAD_CURSOR' } }]) });
    await expect(ended).rejects.toMatchObject({ name: 'RefusedError', code: 'BAD_CURSOR', cursor: 'c1' });
  });

  it('is its own end, also while nothing comes', async () => {
    const client = open();
    const events = client.follow({ subscription: EVENTS, variables: { after: 'c0' } });
    const pending = events.next();
    const connection = await server.connection();
    const { id } = await connection.subscribed();
    events.stop();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await connection.completed()).toBe(id);
  });

  it('is the client’s end, also while it waits to connect again', async () => {
    const client = createClient({ url: server.url, webSocketImpl: WebSocket });
    const { ended } = follow(client);
    const connection = await server.connection();
    await connection.subscribed();
    const offline = whenState(client, 'offline');
    connection.socket.terminate();
    await offline;
    await client.dispose();
    await ended;
  });
});

describe('a mutation over the socket', () => {
  const MUTATION = 'mutation { withdraw }';

  it('is not sent twice when the connection breaks before its answer', async () => {
    const client = open();
    const results = client.iterate({ query: MUTATION });
    const first = await server.connection();
    await first.subscribed();
    first.socket.terminate();
    await expect(results.next()).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    const { until } = follow(client);
    const second = await server.connection();
    const { id, query } = await second.subscribed();
    expect(query).toBe(EVENTS);
    second.event(id, 'c1');
    await until(1);
  });

  it('is answered once, also when the connection breaks right after', async () => {
    const results = open().iterate({ query: MUTATION });
    const connection = await server.connection();
    const { id } = await connection.subscribed();
    connection.send({ id, type: 'next', payload: { data: { withdraw: true } } });
    expect((await results.next()).value?.data).toEqual({ withdraw: true });
    connection.socket.terminate();
    expect(await results.next()).toMatchObject({ done: true });
  });
});

describe('the connection', () => {
  it('that falls silent without a word is noticed, and replaced', async () => {
    const client = open({ keepAlive: 20, answerWithin: 500 });
    const { until } = follow(client);
    const first = await server.connection();
    const { id } = await first.subscribed();
    first.event(id, 'c1');
    await until(1);
    const offline = whenState(client, 'offline');
    first.fallSilent();
    expect(await offline).toMatchObject({ code: 4499 });
    const second = await server.connection();
    expect((await second.subscribed()).variables).toEqual({ after: 'c1' });
    second.event(id, 'c2');
    expect(await until(2)).toEqual(['c1', 'c2']);
  });

  it('that never comes up is given up, and tried again', async () => {
    const accepted: Socket[] = [];
    let third = () => {};
    const tries = new Promise<void>((settle) => {
      third = settle;
    });
    const mute = createServer((socket) => {
      socket.on('error', () => {});
      if (accepted.push(socket) === 3) third();
    });
    await new Promise<void>((settle) => mute.listen(0, '127.0.0.1', settle));
    const { port } = mute.address() as { port: number };
    const client = open({ url: `ws://127.0.0.1:${port}`, answerWithin: 50 });
    const { ended } = follow(client);
    await tries;
    await client.dispose();
    await ended;
    for (const socket of accepted) socket.destroy();
    await new Promise((settle) => mute.close(settle));
  });

  it('asks for a fresh key each time', async () => {
    const keys = ['old', 'new'];
    await using strict = await openScriptedServer((params) => (params?.authorization === 'Bearer new' ? null : 4403));
    const client = open({ url: strict.url, connectionParams: () => ({ authorization: `Bearer ${keys.shift()}` }) });
    const offline = whenState(client, 'offline');
    const { until } = follow(client);
    expect(await offline).toMatchObject({ code: 4403 });
    const connection = await strict.connection();
    const { id } = await connection.subscribed();
    connection.event(id, 'c1');
    expect(await until(1)).toEqual(['c1']);
  });

  it('shows its state, and since when it is offline', async () => {
    const client = open({ lazyCloseTimeout: 0 });
    const states: ConnectionState[] = [];
    client.onState((state) => states.push(state));
    expect(client.state).toEqual({ status: 'idle' });
    const events = client.follow({ subscription: EVENTS, variables: { after: 'c0' } });
    const first = await server.connection();
    await first.subscribed();
    first.socket.close(1001, 'draining');
    const second = await server.connection();
    await second.subscribed();
    const idle = whenState(client, 'idle');
    events.stop();
    await idle;
    expect(states).toEqual([
      { status: 'connecting' },
      { status: 'live' },
      { status: 'offline', since: expect.any(Date), code: 1001, reason: 'draining' },
      { status: 'live' },
      { status: 'idle' },
    ]);
  });

  it('is refused at once to an address that is none', () => {
    for (const url of ['localhost:4000/graphql', 'https://parley.example/graphql', '/graphql', '']) {
      expect(() => createClient({ url, webSocketImpl: WebSocket })).toThrow(`(it is “${url}”)`);
    }
  });
});
