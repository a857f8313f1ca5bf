import type { Client, ClientOptions, Sink, SubscribePayload } from 'graphql-ws';
import { createBackoff } from './backoff.ts';
import type { AnswerError } from './errors.ts';
import type { Result } from './sink.ts';

/** What is answered otherwise another time: the database was away, or took too long, or too much had been asked for. */
const PASSING: readonly unknown[] = ['INTERNAL_SERVER_ERROR', 'TIMED_OUT', 'RATE_LIMITED'];

/**
 * Asks a query, and again after a wait, for as long as the server has no answer to it for now.
 * @param sink is given the first answer that is one
 * @param retryWait exponential back-off with jitter when undefined
 * @returns what ends it, also while it waits
 */
export function insist(
  client: Client,
  payload: SubscribePayload,
  sink: Sink<Result>,
  retryWait: ClientOptions['retryWait'],
): () => void {
  const backoff = createBackoff();
  const wait = retryWait ?? backoff.wait;
  let attempts = 0;
  let isLeft = false;
  let stop = () => {};
  const again = async () => {
    stop = () => {
      backoff.end();
      sink.complete();
    };
    attempts += 1;
    await wait(attempts);
    if (!isLeft) ask();
  };
  const ask = () => {
    let isPassing = false;
    stop = client.subscribe<Record<string, unknown>>(payload, {
      next: (result) => {
        isPassing = mayPass(result.errors);
        if (!isPassing) sink.next(result);
      },
      error: (error) => {
        if (mayPass(error) && !isLeft) again().catch(sink.error);
        else sink.error(error);
      },
      complete: () => {
        if (isPassing && !isLeft) again().catch(sink.error);
        else sink.complete();
      },
    });
  };
  ask();
  return () => {
    isLeft = true;
    stop();
  };
}

/** @param errors as they are answered, or whatever else a sink is given as an error */
function mayPass(errors: unknown): boolean {
  return Array.isArray(errors) && errors.some(({ extensions }: AnswerError) => PASSING.includes(extensions?.code));
}
