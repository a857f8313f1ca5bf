import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Server } from '../../src/server.ts';
import { importRecords } from '../../src/transfer/import.ts';
import type { RawSocket } from './raw-socket.ts';
import { publish, seedTalks, statement } from './talks.ts';
import { openWorld, type World } from './world.ts';

export const FOLLOW = `subscription Follow($talks: ID!, $after: Cursor) {
  statements(negotiationId: $talks, after: $after) {
    ... on StatementEvent { cursor statement { text } }
  }
}`;

/** The same, with so much in each event that no buffer on the way takes many of them. */
export const LARGE = FOLLOW.replace('text', Array.from({ length: 20 }, (_, n) => `text${n}: text`).join(' '));
export const LARGE_TEXT = 'x'.repeat(19_000);
export const LARGE_BYTES = 20 * LARGE_TEXT.length;
/** More of those than the two ends of a connection take. */
export const MANY = 24;

let apart = 0;

/** A document of its own, and so a group of its own. */
export function followApart(selection = 'text'): string {
  apart += 1;
  return `subscription Follow${apart}($talks: ID!, $filter: StatementFilter, $after: Cursor) {
    statements(negotiationId: $talks, filter: $filter, after: $after) {
      __typename ... on StatementEvent { statement { ${selection} } }
    }
  }`;
}

/** A text many times over, so that an event is large. */
export function times(count: number): string {
  return Array.from({ length: count }, (_, n) => `text${n}: text`).join(' ');
}

/** A world in which statements are made in `talks`, for others to follow. */
export interface SpokenWorld extends World {
  /** The negotiation's id. */
  readonly talks: string;
  /** The cursor of now. */
  head(): Promise<string>;
  /**
   * Publishes the next statement, and gives its text: they are numbered from 1.
   * @param server one that nobody nudges, and that is told to look
   */
  say(more?: string, server?: Server): Promise<string>;
  /** Publishes many at once, and gives their texts. */
  sayMany(count: number, more?: string, negotiationId?: string): Promise<string[]>;
  /** How many were published. */
  said(): number;
}

export async function openSpokenWorld(settings: NodeJS.ProcessEnv = {}): Promise<SpokenWorld> {
  const world = await openWorld(settings);
  await seedTalks(world);
  const { negotiation } = (await world.query('{ negotiation(slug: "talks") { id } }')).data;
  let said = 0;
  return {
    ...world,
    talks: negotiation.id,
    // Asked over HTTP, it could be one that was kept from just before another node wrote.
    head: async () => world.server.ledger.cursors.seal(await world.server.ledger.head()),
    say: async (more = '', { ledger } = world.server) => {
      said += 1;
      const text = `said ${said}${more}`;
      await publish(world, `said-${said}`, { text });
      await ledger.tail.catchUp();
      return text;
    },
    sayMany: async (count, more = '', negotiationId = 'talks') => {
      const texts = Array.from({ length: count }, (_, index) => `said ${said + index + 1}${more}`);
      const inputs = texts.map((text, index) => {
        return { externalId: `said-${said + index + 1}`, negotiationId, content: statement({ text }) };
      });
      said += count;
      const lines = inputs.map((input) => JSON.stringify({ publishStatement: input })).join('\n');
      const { recorded } = await importRecords(world.server.ledger, Readable.from([Buffer.from(lines)]));
      if (recorded !== count) throw new Error(`${recorded} of ${count} statements were recorded`);
      return texts;
    },
    said: () => said,
  };
}

/** The texts of events, under whatever name the document gives them. */
export function textsOf(payloads: readonly { data: any }[]): string[] {
  return payloads.map(({ data }) => {
    const { cursor: _, statement } = Object(Object.values(data)[0]);
    return String(Object.values(statement)[0]);
  });
}

/** The texts that an operation of a socket was told of. */
export function told({ received }: RawSocket, id: string, field = 'statements'): string[] {
  return received
    .filter((message) => message.id === id && message.type === 'next')
    .map(({ payload }) => payload.data[field].statement.text);
}

/** Talks in which nobody else has a group, as one goes on for a while when everybody has left it. */
export async function openTalks(world: World, slug: string): Promise<string> {
  const { negotiation } = await world.write(
    'openNegotiation',
    { externalId: slug, slug, title: slug, status: 'ACTIVE' },
    'negotiation { id }',
  );
  return negotiation.id;
}

/** The server's end of the connection that some work opens. */
export async function withServersEnd<T>(work: () => Promise<T>): Promise<[T, Socket]> {
  let socket: Socket | undefined;
  const listen = (message: unknown) => {
    socket = (message as { socket: Socket }).socket;
  };
  subscribe('net.server.socket', listen);
  const result = await work();
  unsubscribe('net.server.socket', listen);
  if (socket === undefined) throw new Error('nothing was connected');
  return [result, socket];
}
