import { setTimeout as pause } from 'node:timers/promises';
import { type Carrier, type Follower, isFinal } from './follower.ts';
import type { SocketOptions } from './sockets.ts';

/** A stream over which nothing came for so long is given up: nobody can tell it from one that is half-open. */
const SILENCE_MS = 3_000;
const AGAIN_MS = 300;

/** A follower over server-sent events. As browsers do, it comes back for ever with the last id that it was given. */
export function openStream(
  follower: Follower,
  { port, onFailure }: Pick<SocketOptions, 'port' | 'onFailure'>,
): Carrier {
  let connection = new AbortController();
  let isStopped = false;
  let lastId: string | null = null;

  /** Reads one connection to its end. */
  const read = async (signal: AbortSignal, heard: () => void) => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(lastId !== null && { 'last-event-id': lastId }),
      },
      // The cursor that it began with, each time.
      body: JSON.stringify({ query: follower.query, variables: { ...follower.variables, after: follower.from } }),
      signal,
    });
    if (response.status !== 200 || response.body === null) return;
    for await (const { event, id, data } of messagesOf(response.body, heard)) {
      if (event === 'complete') return void follower.endings.push('complete');
      if (event !== 'next') continue;
      const { data: given, errors, extensions } = JSON.parse(data);
      if (errors !== undefined) {
        if (isFinal(errors)) throw new RefusedError(data);
        return void follower.endings.push(data);
      }
      follower.take(given.event, id === extensions?.cursor ? id : null);
      lastId = id;
    }
  };

  const loop = async () => {
    while (!isStopped) {
      connection = new AbortController();
      const giveUp = () => connection.abort();
      let silence = setTimeout(giveUp, SILENCE_MS);
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(giveUp, SILENCE_MS);
      };
      try {
        await read(connection.signal, heard);
      } catch (error) {
        if (error instanceof RefusedError) throw error;
      } finally {
        clearTimeout(silence);
        giveUp();
      }
      await pause(AGAIN_MS);
    }
  };
  loop().catch(onFailure);
  return {
    followers: [follower],
    maySleep: false,
    closings: new Map(),
    sleep: () => {},
    wake: () => {},
    stop: () => {
      isStopped = true;
      connection.abort();
    },
  };
}

class RefusedError extends Error {}

/** The messages of a stream; one that is cut off in the middle is none. */
async function* messagesOf(body: ReadableStream<Uint8Array>, heard: () => void) {
  let text = '';
  // Node's stream of text takes what its stream of bytes gives; the types of the two do not know of each other.
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    heard();
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), valueIn(line)] as const),
      );
      yield { event: fields.get('event') ?? '', id: fields.get('id') ?? '', data: fields.get('data') ?? '' };
    }
  }
}

function valueIn(line: string): string {
  return line.slice(line.indexOf(':') + 1).trimStart();
}
