/** What is there already, or comes. To await what is there takes a turn, of which an answer has thousands. */
export type MaybePromise<Value> = Value | Promise<Value>;

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** What comes of a value, at once where it is there. */
export function after<Value, Then>(value: MaybePromise<Value>, then: (value: Value) => Then): MaybePromise<Then> {
  return value instanceof Promise ? value.then(then) : then(value);
}

/** The row, or an error for a reference that has no row: the record keeps what it refers to. */
export function required<Row>(row: MaybePromise<Row | null>): MaybePromise<Row> {
  return after(row, (found) => {
    if (found === null) throw new Error('a reference of the record leads nowhere');
    return found;
  });
}
