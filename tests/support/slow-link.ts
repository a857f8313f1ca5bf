import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A way to a server that carries to the client as much as it is told to.
 * @param holds how many bytes it takes from the server ahead of that
 */
export async function openSlowLink(
  url: string,
  holds = 0,
): Promise<{ url: string; carry(bytes: number): Promise<void> } & AsyncDisposable> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  const held: Buffer[] = [];
  let heldBytes = 0;
  // What it takes to be connected, and greeted.
  let room = 1_000;
  let carried = () => {};
  const pump = () => {
    const [near, far] = sockets;
    while (room > 0 && held.length > 0) {
      const chunk = held.shift() as Buffer;
      heldBytes -= chunk.length;
      room -= chunk.length;
      near?.write(chunk);
    }
    if (room <= 0) carried();
    if (room <= 0 && heldBytes >= holds) far?.pause();
    else far?.resume();
  };
  const link = createServer((near) => {
    const far = connect(Number(port), hostname);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far);
    far.on('data', (chunk) => {
      held.push(chunk);
      heldBytes += chunk.length;
      pump();
    });
  });
  link.listen(0, '127.0.0.1');
  await once(link, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(link.address() as AddressInfo).port}`;
  return {
    url: through.href,
    carry: async (bytes) => {
      const done = new Promise<void>((settle) => {
        carried = settle;
      });
      room = bytes;
      pump();
      if (Number.isFinite(bytes)) await done;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      link.close();
    },
  };
}
