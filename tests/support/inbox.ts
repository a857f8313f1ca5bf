/** What comes one after the other, each given once to whoever waits for one that fits. */
export interface Inbox<T> {
  /** All that came, in order. */
  readonly all: readonly T[];
  put(item: T): void;
  /** The first that fits and was not given before. @throws when it ends without one */
  next(fits?: (item: T) => boolean): Promise<T>;
  /** Nothing more will come: whoever waits is told why. */
  end(why: Error): void;
}

interface Waiting<T> {
  readonly fits: (item: T) => boolean;
  readonly settle: (item: T) => void;
  readonly fail: (why: Error) => void;
}

export function openInbox<T>(): Inbox<T> {
  const all: T[] = [];
  let waiting: Waiting<T>[] = [];
  const untaken: T[] = [];
  let over: Error | null = null;
  return {
    all,
    put: (item) => {
      all.push(item);
      const first = waiting.find(({ fits }) => fits(item));
      if (first === undefined) untaken.push(item);
      else {
        waiting = waiting.filter((other) => other !== first);
        first.settle(item);
      }
    },
    next: (fits = () => true) =>
      new Promise((settle, fail) => {
        const index = untaken.findIndex(fits);
        const [item] = index < 0 ? [] : untaken.splice(index, 1);
        if (item !== undefined) settle(item);
        else if (over !== null) fail(over);
        else waiting.push({ fits, settle, fail });
      }),
    end: (why) => {
      over = why;
      for (const { fail } of waiting) fail(why);
      waiting = [];
    },
  };
}
