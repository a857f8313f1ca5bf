import type { FormattedExecutionResult, Sink } from 'graphql-ws';

/** What an operation gives, once or again and again. */
export type Result = FormattedExecutionResult<Record<string, unknown>, unknown>;

/** The cursor that Parley sends with every event; null where there is none. */
export function cursorOf({ extensions }: Result): string | null {
  const cursor = (extensions as { cursor?: unknown } | null | undefined)?.cursor;
  return typeof cursor === 'string' ? cursor : null;
}

export interface StoppableSink extends Sink<Result> {
  /** What graphql-ws's `subscribe` returns. From then on nothing comes but the end. */
  readonly stop: () => void;
}

/**
 * A sink that ends once, and is given nothing any more once it is stopped, though several messages of one packet be
 * on their way to it. What its consumer throws ends that operation alone: graphql-ws takes it for a bad answer, and
 * closes the socket under all of them.
 * @param release lets go of what the operation holds, however it ends
 */
export function endsOnce(sink: Sink<Result>, release: () => void): StoppableSink {
  let isStopped = false;
  let isEnded = false;
  const stop = () => {
    isStopped = true;
    release();
  };
  const end = (tell: () => void) => {
    if (isEnded) return;
    isEnded = true;
    stop();
    tell();
  };
  return {
    stop,
    next: (result) => {
      if (isStopped) return;
      try {
        sink.next(result);
      } catch (error) {
        end(() => sink.error(error));
      }
    },
    error: (error) => end(() => sink.error(error)),
    complete: () => end(() => sink.complete()),
  };
}
