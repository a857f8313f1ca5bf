/** A line of a file. */
export interface Line {
  /** 1 for the first. */
  readonly number: number;
  /** How much of the file has been read with it, in bytes. */
  readonly readTo: number;
  /** Without its end; null when it is longer than is read. */
  readonly bytes: Buffer | null;
}

/** A line longer than this is no record; it is passed over without being kept, whatever its length. */
export const LONGEST_LINE = 1_000_000;

const NEWLINE = 0x0a;

/**
 * The lines of a stream of bytes. Not `node:readline`, which keeps a line whole however long it grows, and takes
 * U+2028, which may stand in JSON, for the end of one.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line, void> {
  let begun: Buffer[] = [];
  let length = 0;
  let number = 1;
  let read = 0;
  const add = (part: Buffer) => {
    length += part.length;
    if (length > LONGEST_LINE) begun = [];
    else if (part.length > 0) begun.push(part);
  };
  const end = (readTo: number): Line => {
    const line = { number, readTo, bytes: length > LONGEST_LINE ? null : Buffer.concat(begun) };
    begun = [];
    length = 0;
    number += 1;
    return line;
  };
  for await (const given of chunks) {
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at));
      from = at + 1;
      yield end(read + from);
    }
    add(chunk.subarray(from));
    read += chunk.length;
  }
  if (length > 0) yield end(read);
}
