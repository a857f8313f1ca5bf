/** As much of a WebSocket as is needed here, the browser's or `ws`'s. */
interface Socket {
  onmessage: unknown;
  get onclose(): OnClose;
  set onclose(listener: OnClose);
  onerror: unknown;
  addEventListener(type: 'error', listener: () => void): void;
  close(code?: number, reason?: unknown): void;
}

interface Close {
  readonly code: number;
  readonly reason: string;
}

type OnClose = ((event: Close) => void) | null;

type SocketClass = new (url: string, protocols: string) => Socket;

/** RFC 6455: the connection broke without a closing handshake. */
const BROKEN = 1006;
/** What graphql-ws waits out by itself, and 1009: what was too long is too long the next time. */
const AS_THEY_ARE: readonly number[] = [1001, 1005, BROKEN, 1009, 1012, 1013, 1014];

/**
 * A WebSocket class of which only the newest socket is heard, and whose other end cannot end an operation by the way in
 * which it closes, but with the codes of the protocol.
 *
 * graphql-ws gives up a socket that is stuck and opens another, but goes on listening to the old one: what that still
 * delivers would reach the operations of the new one, under the same ids, as a second copy. And `ws` throws when a
 * socket that is still connecting is closed and nobody listens for its error.
 *
 * Proxies close with codes of their own: graphql-ws takes a 1000 that it did not begin for leave to connect again without
 * waiting, and most of 10xx for fatal. It is told of them as of any connection that breaks.
 * @param given the class to use; the global one when undefined
 */
export function onlyTheNewest(given: unknown): unknown {
  const base = given ?? (globalThis as { WebSocket?: unknown }).WebSocket;
  // graphql-ws says what is missing, or wrong, in words of its own.
  if (typeof base !== 'function') return given;
  let newest: Socket | undefined;
  return class extends (base as SocketClass) {
    #isClosing = false;

    constructor(url: string, protocols: string) {
      if (newest) retire(newest);
      super(url, protocols);
      this.addEventListener('error', () => {});
      newest = this;
    }

    override close(code?: number, reason?: unknown): void {
      // `ws` answers the other end's close through this too, with the reason in bytes.
      this.#isClosing ||= typeof reason === 'string';
      super.close(code, reason);
    }

    override get onclose(): OnClose {
      return super.onclose;
    }

    override set onclose(listener: OnClose) {
      super.onclose = listener && ((event) => listener(this.#isClosing ? event : asBreak(event)));
    }
  };
}

function asBreak(event: Close): Close {
  const { code, reason } = event;
  return code >= 2000 || AS_THEY_ARE.includes(code) ? event : { code: BROKEN, reason };
}

function retire(socket: Socket): void {
  socket.onmessage = null;
  socket.onclose = null;
  socket.onerror = null;
  socket.close();
}
