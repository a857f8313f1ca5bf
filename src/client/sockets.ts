/** As much of a WebSocket as is needed here, the browser's or `ws`'s. */
interface Socket {
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  addEventListener(type: 'error', listener: () => void): void;
  close(): void;
}

type SocketClass = new (url: string, protocols: string) => Socket;

/**
 * A WebSocket class of which only the newest socket is heard.
 *
 * graphql-ws gives up a socket that is stuck and opens another, but goes on listening to the old one: what that still
 * delivers would reach the operations of the new one, under the same ids, as a second copy. And `ws` throws when a
 * socket that is still connecting is closed and nobody listens for its error.
 * @param given the class to use; the global one when undefined
 */
export function onlyTheNewest(given: unknown): unknown {
  const base = given ?? (globalThis as { WebSocket?: unknown }).WebSocket;
  // graphql-ws says what is missing, or wrong, in words of its own.
  if (typeof base !== 'function') return given;
  let newest: Socket | undefined;
  return class extends (base as SocketClass) {
    constructor(url: string, protocols: string) {
      if (newest) retire(newest);
      super(url, protocols);
      this.addEventListener('error', () => {});
      newest = this;
    }
  };
}

function retire(socket: Socket): void {
  socket.onmessage = null;
  socket.onclose = null;
  socket.onerror = null;
  socket.close();
}
