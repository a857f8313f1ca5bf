import type { Client, SubscribePayload } from 'graphql-ws';
import { type Document, textOf, type VariablesOf } from './document.ts';
import { type AnswerError, ClosedError, RefusedError, UnresumableError } from './errors.ts';
import { readOperation } from './operation.ts';
import { cursorOf, type Result } from './sink.ts';

/** An event, and the cursor to go on from once it is dealt with: an app that keeps it may resume another day. */
export interface Followed<Data> {
  readonly data: Data;
  readonly cursor: string;
}

/**
 * Events in order, each once, through breaks of the connection. It ends when its loop is left, or with a RefusedError
 * or a ClosedError, and never with a gap.
 */
export interface Events<Data> {
  [Symbol.asyncIterator](): Events<Data>;
  next(): Promise<IteratorResult<Followed<Data>, undefined>>;
  /** Leaves the loop; `break` calls it. */
  return(): Promise<IteratorResult<never, undefined>>;
  /** Ends it from outside of its loop. */
  stop(): void;
}

export type FollowOptions<Data, Variables> = {
  /** It passes a variable to the argument `after` of its field. Left out, events come from now on. */
  readonly subscription: Document<Data, Variables>;
} & VariablesOf<NoInfer<Variables>>;

export type ReadAndFollowOptions<Answer, AnswerVariables, Data, Variables> = {
  readonly query: Document<Answer, AnswerVariables>;
  /** It passes a variable to the argument `after` of its field. */
  readonly subscription: Document<Data, Variables>;
  /**
   * The subscription's variables, out of the query's answer: its cursor among them. Null when there is nothing to
   * follow, such as a negotiation that does not exist; the events are then none.
   */
  readonly from: (answer: Answer) => NoInfer<Variables> | null;
} & VariablesOf<NoInfer<AnswerVariables>>;

export function follow<Data, Variables>(
  client: Pick<Client, 'iterate'>,
  options: FollowOptions<Data, Variables>,
): Events<Data> {
  return eventsOf(client, payloadOf(options.subscription, options.variables));
}

/** @param asking asks the query, and again when it has no answer for now */
export async function readAndFollow<Answer, AnswerVariables, Data, Variables>(
  client: Pick<Client, 'iterate'>,
  asking: Pick<Client, 'iterate'>,
  options: ReadAndFollowOptions<Answer, AnswerVariables, Data, Variables>,
): Promise<{ readonly answer: Answer; readonly events: Events<Data> }> {
  // Before anything is asked: the query would be in vain.
  const { variable } = subscriptionOf(textOf(options.subscription));
  const answer = await ask<Answer>(asking, payloadOf(options.query, options.variables));
  const variables = options.from(answer) as Record<string, unknown> | null;
  if (variables === null) return { answer, events: noEvents() };
  if (typeof variables[variable] !== 'string') {
    throw new UnresumableError(`“from” gave no cursor for $${variable}, so the events would not join the answer.`);
  }
  return { answer, events: eventsOf(client, payloadOf(options.subscription, variables)) };
}

function payloadOf(document: object | string, variables: unknown): SubscribePayload {
  return { query: textOf(document), variables: variables as Record<string, unknown> | undefined };
}

function subscriptionOf(text: string): { readonly variable: string } {
  const operation = readOperation(text);
  if (operation.kind !== 'subscription') throw new UnresumableError(`A ${operation.kind} cannot be followed.`);
  return operation;
}

async function ask<Answer>(client: Pick<Client, 'iterate'>, payload: SubscribePayload): Promise<Answer> {
  try {
    for await (const { data, errors } of client.iterate(payload) as AsyncIterable<Result>) {
      if (errors || !data) throw new RefusedError(errors ?? [], data, null);
      return data as Answer;
    }
  } catch (error) {
    throw named(error, null);
  }
  throw new Error('The client was disposed of before the answer came.');
}

function eventsOf<Data>(client: Pick<Client, 'iterate'>, payload: SubscribePayload): Events<Data> {
  const { variable } = subscriptionOf(payload.query);
  const given = payload.variables?.[variable];
  let cursor = typeof given === 'string' ? given : null;
  const results = client.iterate(payload) as AsyncGenerator<Result, void>;
  return {
    next: async () => {
      try {
        const step = await results.next();
        if (step.done) return { done: true, value: undefined };
        const { data, errors } = step.value;
        if (errors || !data) throw new RefusedError(errors ?? [], data, cursor);
        cursor = cursorOf(step.value) ?? cursor;
        return { done: false, value: { data: data as Data, cursor: cursor as string } };
      } catch (error) {
        await results.return();
        throw named(error, cursor);
      }
    },
    return: async () => {
      await results.return();
      return { done: true, value: undefined };
    },
    stop: () => void results.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function noEvents(): Events<never> {
  const done = async () => ({ done: true, value: undefined }) as const;
  return {
    next: done,
    return: done,
    stop: () => {},
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** What graphql-ws gives to a sink: errors of ours, a list of answered errors, or a close event. */
function named(error: unknown, cursor: string | null): unknown {
  if (error instanceof Error) return error;
  if (Array.isArray(error)) return new RefusedError(error as AnswerError[], null, cursor);
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return typeof code === 'number' ? new ClosedError(code, String(reason), cursor) : error;
}
