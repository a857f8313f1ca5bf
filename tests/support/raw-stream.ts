import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { openInbox } from './inbox.ts';

export interface ServerSentEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: any;
}

/** The answer to a request for a stream of server-sent events, read as a test wants. */
export interface RawStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** All that came, as it came. */
  readonly text: () => string;
  readonly events: readonly ServerSentEvent[];
  /** Resolves when it is over: whether it came to its end, or was cut. */
  readonly over: Promise<'ended' | 'cut'>;
  /** The next event. @throws when the stream is over first */
  next(): Promise<ServerSentEvent>;
  /** The next comment, of which a stream begins with one. */
  comment(): Promise<void>;
  pause(): void;
  resume(): void;
  cut(): void;
}

export interface StreamRequest {
  readonly query: string;
  readonly variables?: object;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
}

/** Asks for a stream over a connection of its own; over GET as an EventSource does, but for the headers given. */
export async function openStream(url: string, asked: StreamRequest): Promise<RawStream> {
  const { query, variables = {}, method = 'POST', headers = {} } = asked;
  const address = new URL(url);
  if (method === 'GET') {
    address.searchParams.set('query', query);
    address.searchParams.set('variables', JSON.stringify(variables));
  }
  const sent = request(address, {
    method,
    agent: false,
    headers: {
      accept: 'text/event-stream',
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  sent.end(method === 'POST' ? JSON.stringify({ query, variables }) : undefined);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  sent.on('error', () => {});
  const events = openInbox<ServerSentEvent>();
  const comments = openInbox<string>();
  const chunks: string[] = [];
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    chunks.push(chunk);
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) comments.put(block);
      else events.put(eventOf(block));
    }
  });
  response.on('error', () => {});
  const over = new Promise<'ended' | 'cut'>((settle) => {
    response.once('close', () => {
      const how = response.complete ? 'ended' : 'cut';
      for (const inbox of [events, comments]) inbox.end(new Error(`the stream ${how}`));
      settle(how);
    });
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: () => chunks.join(''),
    events: events.all,
    over,
    next: () => events.next(),
    comment: async () => void (await comments.next()),
    pause: () => response.pause(),
    resume: () => response.resume(),
    cut: () => sent.destroy(),
  };
}

function eventOf(block: string): ServerSentEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name, ...rest] = line.split(':');
      return [name, rest.join(':').replace(/^ /, '')];
    }),
  );
  const data = fields.get('data');
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id') ?? null,
    data: data ? JSON.parse(data) : null,
  };
}
