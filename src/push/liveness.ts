import type { Socket } from 'node:net';

/** How long a client may be silent: it is then pinged, and ended when that brings nothing either. */
export const SILENCE_MS = 12_000;
/** How much earlier than that may be a turn to look at it, as turns do not come to the millisecond. */
const LEEWAY_MS = 1_000;
/** What the slowest client takes within that time, so that a ping behind it comes through. */
const SOON_TAKEN_BYTES = 65_536;

/** Tells, by what goes over a socket, whether anybody is at its other end, and takes what is sent. */
export class Liveness {
  readonly #socket: Socket;
  /** The last look at it, and how much it had been sent by then. */
  #looked = { at: Date.now(), sent: 0 };
  /** The last sign of the client, and how much it had been sent before that at the least. */
  #heard = { bytes: 0, sent: 0, at: Date.now(), isPinged: false };
  /** How much has left this process, and when that last became more. */
  #taken = { bytes: 0, at: Date.now() };

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * @param now in milliseconds of the clock
   * @param lagCloseMs how long a client may take nothing of what waits for it
   * @returns that it takes nothing, is to be pinged, or is gone; null when all is well, or it is too soon to tell
   */
  look(now: number, lagCloseMs: number): 'takes nothing' | 'silent' | 'gone' | null {
    if (now - this.#looked.at < SILENCE_MS - LEEWAY_MS) return null;
    const { writableLength: backlog, bytesWritten } = this.#socket;
    const bytes = bytesWritten - backlog;
    if (bytes !== this.#taken.bytes || backlog === 0) this.#taken = { bytes, at: now };
    const found = now - this.#taken.at > lagCloseMs ? 'takes nothing' : this.#listen(now, lagCloseMs);
    this.#looked = { at: now, sent: bytesWritten };
    return found;
  }

  #listen(now: number, lagCloseMs: number): 'silent' | 'gone' | null {
    const { bytesRead, bytesWritten, writableLength: backlog } = this.#socket;
    const { bytes, sent, at, isPinged } = this.#heard;
    if (bytesRead !== bytes) {
      this.#heard = { bytes: bytesRead, sent: this.#looked.sent, at: now, isPinged: false };
      return null;
    }
    if (!isPinged) {
      // Behind a backlog a ping would wait, and whoever takes that is there.
      if (backlog > 0) return null;
      this.#heard.isPinged = true;
      return 'silent';
    }
    // The network holds megabytes on their way to somebody slow, and a ping waits behind them.
    const patience = bytesWritten - sent > SOON_TAKEN_BYTES ? Math.max(lagCloseMs, SILENCE_MS) : SILENCE_MS;
    return now - at > patience ? 'gone' : null;
  }
}
