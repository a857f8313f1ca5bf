/** An error as GraphQL sends it. `extensions.code` is for programs, `message` for people. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * The server answered, and the answer is an error. Nothing is tried again, as the same question gets the same answer; but
 * for the query that a subscription begins behind, while its code says that the server fails, or is asked too much.
 *
 * `cursor` is the last that was delivered, or the one that was begun from, so that no event falls between. What to do
 * with it is for the app, by `code`: after `BAD_CURSOR` or `CURSOR_IN_FUTURE` the cursor is worth nothing, and the app
 * reads anew; after `INTERNAL_SERVER_ERROR` it may follow again from the cursor.
 */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** The first error's code, such as `BAD_CURSOR`, `FORBIDDEN` or `NOT_FOUND`; null where the server gave none. */
  readonly code: string | null;
  readonly errors: readonly AnswerError[];
  /** What could be answered beside the errors. */
  readonly data: unknown;
  readonly cursor: string | null;

  constructor(errors: readonly AnswerError[], data: unknown, cursor: string | null) {
    super(errors.map(({ message }) => message).join(' '));
    const code = errors[0]?.extensions?.code;
    this.code = typeof code === 'string' ? code : null;
    this.errors = errors;
    this.data = data;
    this.cursor = cursor;
  }
}

/** The server closed the socket with a code after which trying again is of no use. `cursor` as in RefusedError. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';
  readonly code: number;
  readonly reason: string;
  readonly cursor: string | null;

  constructor(code: number, reason: string, cursor: string | null) {
    super(`The server closed the socket for good: ${code} ${reason}`.trim());
    this.code = code;
    this.reason = reason;
    this.cursor = cursor;
  }
}

/** A subscription that could not be resumed after a break, so it is not begun, or not gone on with. */
export class UnresumableError extends Error {
  override readonly name = 'UnresumableError';
}

/** The connection broke after a mutation was sent and before its answer came: it may have been done, or not. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';

  constructor() {
    super('The connection broke before the answer came, so whether this mutation was done is not known.');
  }
}
