import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ReadRefusedError } from './errors.ts';

/** The place a page of a list ended: which list, at which position it was read, and the order's values there. */
export interface PagePlace {
  readonly list: string;
  readonly at: bigint;
  readonly values: readonly string[];
}

// AES key wrap with padding, RFC 5649: deterministic and authenticated, and a position is one cipher block.
const CIPHER = 'id-aes256-wrap-pad';
const INITIAL = Buffer.from('a65959a6', 'hex');

/**
 * Seals places in the record under the record's own key: the same place always gives the same cursor, nobody
 * can read or compare positions in it, and one that was forged or comes from another record does not open.
 */
export class Cursors {
  readonly #key: Uint8Array;
  #last: { readonly position: bigint; readonly cursor: string } | null = null;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  seal(position: bigint): string {
    // Nearly always asked for more than once in a row: each event names its own.
    if (this.#last?.position !== position) this.#last = { position, cursor: this.#sealed(position) };
    return this.#last.cursor;
  }

  #sealed(position: bigint): string {
    const block = Buffer.alloc(8);
    block.writeBigUInt64BE(position);
    return this.#wrap(block);
  }

  /** @throws ReadRefusedError BAD_CURSOR */
  open(cursor: string): bigint {
    const block = this.#unwrap(cursor);
    if (block.length !== 8) throw notOurs('This is the cursor of a list; here a cursor of the record is needed.');
    return block.readBigUInt64BE();
  }

  sealPage(place: PagePlace): string {
    return this.#wrap(Buffer.from(JSON.stringify([place.list, String(place.at), ...place.values])));
  }

  /** @throws ReadRefusedError BAD_CURSOR, also for the cursor of another list */
  openPage(list: string, cursor: string): PagePlace {
    const block = this.#unwrap(cursor);
    if (block.length === 8) throw notOurs('This is a cursor of the record; here the cursor of an edge is needed.');
    const [of, at, ...values] = JSON.parse(block.toString()) as string[];
    if (of !== list || at === undefined) throw notOurs('This cursor belongs to another list, or other filters.');
    return { list, at: BigInt(at), values };
  }

  #wrap(plain: Buffer): string {
    const cipher = createCipheriv(CIPHER, this.#key, INITIAL);
    return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64url');
  }

  #unwrap(cursor: string): Buffer {
    try {
      const sealed = Buffer.from(cursor, 'base64url');
      // Nothing opens as nothing.
      if (sealed.length === 0 || sealed.toString('base64url') !== cursor) throw notOurs();
      const decipher = createDecipheriv(CIPHER, this.#key, INITIAL);
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    } catch {
      throw notOurs();
    }
  }
}

function notOurs(message = 'This cursor is not one of this record: it was changed, cut short, or given by another.') {
  return new ReadRefusedError('BAD_CURSOR', message);
}
