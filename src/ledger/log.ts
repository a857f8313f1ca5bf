import type { Cursors } from './cursor.ts';
import { ReadRefusedError } from './errors.ts';
import type { Tail } from './tail.ts';

/** What can be followed: what it tells, in order, and the cursors of that. */
export class Log {
  readonly tail: Tail;
  readonly cursors: Cursors;

  constructor(tail: Tail, cursors: Cursors) {
    this.tail = tail;
    this.cursors = cursors;
  }

  /**
   * The position after which a reader of a cursor has yet to be told; without a cursor, that of now.
   * @throws ReadRefusedError for a cursor of another log, or of the future
   */
  async positionAfter(cursor: string | null): Promise<bigint> {
    const { tail, cursors } = this;
    const position = cursor === null ? null : cursors.open(cursor);
    // What another node has just written, this one may not have read yet. All who ask meanwhile share the look.
    if (position === null || position > tail.position || tail.isStale) await tail.catchUp();
    if (position !== null && position > tail.position)
      throw new ReadRefusedError('CURSOR_IN_FUTURE', 'This cursor is ahead of the record.');
    return position ?? tail.position;
  }
}
