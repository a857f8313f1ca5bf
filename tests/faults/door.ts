import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import type { Chance } from './chance.ts';

type Direction = 'toClient' | 'toServer';

/** A way in to nodes, which does to the connections through it what networks do. */
export interface Door extends AsyncDisposable {
  readonly port: number;
  /** Ends a share of the connections somewhere within the next bytes that the node sends over each. */
  cutInMidFrame(share: number, chance: Chance): void;
  /** Makes a share of the connections half-open: what is sent in one direction is taken, and never arrives. */
  swallow(direction: Direction, share: number, chance: Chance): void;
  /** Reads no more of what the node sends over a share of the connections, until what is returned is called. */
  stall(share: number, chance: Chance): () => void;
}

/**
 * Opens one on a port of its own. A node that does not listen is a connection that ends at once.
 * @param target the port that a new connection goes to
 */
export async function openDoor(target: () => number): Promise<Door> {
  const links = new Set<Link>();
  const server = createServer((client) => {
    const link = new Link(client, dial(target(), '127.0.0.1'), () => links.delete(link));
    links.add(link);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const some = (share: number, chance: Chance) => [...links].filter(() => chance.hits(share));
  return {
    port: (server.address() as AddressInfo).port,
    cutInMidFrame: (share, chance) => {
      for (const link of some(share, chance)) link.cutWithin(chance.next());
    },
    swallow: (direction, share, chance) => {
      for (const link of some(share, chance)) link.swallow(direction);
    },
    stall: (share, chance) => {
      const stalled = some(share, chance);
      for (const link of stalled) link.stall();
      return () => {
        for (const link of stalled) link.flow();
      };
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const link of links) link.cut();
      await closed;
    },
  };
}

class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #onEnd: () => void;
  #isStalled = false;
  readonly #swallowed = new Set<Direction>();
  /** Of the next bytes from the node, the share that still goes through. */
  #cutAt: number | undefined;

  constructor(client: Socket, server: Socket, onEnd: () => void) {
    this.#client = client;
    this.#server = server;
    this.#onEnd = onEnd;
    server.setNoDelay(true);
    client.setNoDelay(true);
    client.on('data', (chunk) => this.#forward(chunk, 'toServer', client, server));
    server.on('data', (chunk) => this.#forward(chunk, 'toClient', server, client));
    client.on('drain', () => this.#isStalled || server.resume());
    server.on('drain', () => client.resume());
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => this.#closed());
    }
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
    this.#onEnd();
  }

  #closed(): void {
    // Over a half-open connection neither side hears that the other has gone.
    if (this.#swallowed.size === 0 || (this.#client.closed && this.#server.closed)) this.cut();
  }

  cutWithin(share: number): void {
    this.#cutAt = share;
  }

  /** For good: a stream that went on after a gap would be something that no network does. */
  swallow(direction: Direction): void {
    this.#swallowed.add(direction);
  }

  stall(): void {
    this.#isStalled = true;
    this.#server.pause();
  }

  flow(): void {
    this.#isStalled = false;
    this.#server.resume();
  }

  #forward(chunk: Buffer, direction: Direction, from: Socket, to: Socket): void {
    if (this.#swallowed.has(direction)) return;
    if (direction === 'toClient' && this.#cutAt !== undefined) {
      const part = chunk.subarray(0, Math.floor(chunk.length * this.#cutAt));
      // Written out before it is cut: part of a frame arrives, and the rest never.
      this.#client.end(part, () => this.cut());
      this.#server.destroy();
      return;
    }
    if (!to.write(chunk)) from.pause();
  }
}
