// WebSocket frames (RFC 6455) as a client reads and writes them, with nothing allocated for a message that is only
// counted. `ws` at this end costs as much as the server that is measured, and then latencies say how fast the client is.

const CONTINUED = 0;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** Bytes of a message that are looked at; until they have come with the header, a frame is not begun. */
const LOOKED_AT = 24;
/** In `{"id":"1","type":"next"` and no other message of the protocol, this stands here. */
const MARK_AT = 18;
const MARK = 'n'.charCodeAt(0);

export interface Heard {
  /** A message of the type `next` that nobody wants to read. */
  counted(): void;
  /** A message of any other type, and every one while `reads` is true. */
  read(text: string): void;
  pinged(payload: Buffer): void;
  closed(code: number): void;
}

/** Takes apart what one socket receives. */
export class FrameReader {
  /** Whether messages are to be read rather than counted, from the next one on. */
  reads = true;
  readonly #heard: Heard;
  #begun: Buffer | null = null;
  /** Bytes of the frame under way that are still to come. */
  #left = 0;
  #isLast = false;
  #opcode = 0;
  #pieces: Buffer[] | null = null;

  constructor(heard: Heard) {
    this.#heard = heard;
  }

  /** @param chunk may be used again by the caller afterwards */
  take(received: Buffer): void {
    let chunk = received;
    if (this.#begun !== null) {
      chunk = Buffer.concat([this.#begun, received]);
      this.#begun = null;
    }
    let at = 0;
    for (;;) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        this.#pieces?.push(Buffer.from(chunk.subarray(at, end)));
        this.#left -= end - at;
        at = end;
        if (this.#left > 0) return;
        this.#end();
      }
      const header = headerIn(chunk, at);
      if (header === 0) {
        if (at < chunk.length) this.#begun = Buffer.from(chunk.subarray(at));
        return;
      }
      this.#begin(chunk, at, header);
      at += header;
      if (this.#left === 0) this.#end();
    }
  }

  #begin(chunk: Buffer, at: number, header: number): void {
    const first = chunk[at] ?? 0;
    this.#isLast = (first & 0x80) !== 0;
    this.#left = lengthIn(chunk, at);
    const opcode = first & 0x0f;
    if (opcode === CONTINUED) return;
    this.#opcode = opcode;
    const isNext = opcode === TEXT && this.#left > MARK_AT && chunk[at + header + MARK_AT] === MARK;
    this.#pieces = isNext && !this.reads ? null : [];
  }

  #end(): void {
    if (!this.#isLast) return;
    const pieces = this.#pieces;
    this.#pieces = null;
    if (pieces === null) this.#heard.counted();
    else this.#told(Buffer.concat(pieces));
  }

  #told(payload: Buffer): void {
    if (this.#opcode === TEXT) this.#heard.read(payload.toString());
    else if (this.#opcode === PING) this.#heard.pinged(payload);
    else if (this.#opcode === CLOSE) this.#heard.closed(payload.length < 2 ? 1005 : payload.readUInt16BE());
  }
}

/** The bytes of the header that begins here; 0 when it, and what is looked at after it, has not come whole. */
function headerIn(chunk: Buffer, at: number): number {
  if (chunk.length < at + 2) return 0;
  const short = (chunk[at + 1] ?? 0) & 0x7f;
  const header = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (chunk.length < at + header) return 0;
  return chunk.length < at + header + Math.min(LOOKED_AT, lengthIn(chunk, at)) ? 0 : header;
}

/** A server does not mask, so the length is the whole of the second byte, or follows it. */
function lengthIn(chunk: Buffer, at: number): number {
  const short = (chunk[at + 1] ?? 0) & 0x7f;
  if (short < 126) return short;
  return short === 126 ? chunk.readUInt16BE(at + 2) : Number(chunk.readBigUInt64BE(at + 2));
}

export function textFrame(text: string): Buffer {
  return frame(TEXT, Buffer.from(text));
}

export function pongFrame(payload: Buffer): Buffer {
  return frame(PONG, payload);
}

/** Masked, as a client must, with four zeros, which leave the payload as it is. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? 0 : 2;
  const header = Buffer.alloc(2 + size + 4);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (length < 126 ? length : 126);
  if (size > 0) header.writeUInt16BE(length, 2);
  return Buffer.concat([header, payload]);
}
