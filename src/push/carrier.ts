import type { GraphQLError } from 'graphql';
import type { Answer } from './answer.ts';

/** Something that a client has under way. */
export interface Operation {
  /** Writes what there is to write, as far as the client takes it. */
  advance(): void;
  leave(): void;
}

/** What brings answers to one client: a WebSocket, or a stream of server-sent events. */
export interface Carrier {
  readonly isOpen: boolean;
  /** Bytes that wait in this process until the client takes them. */
  readonly backlog: number;
  readonly operations: Iterable<Operation>;
  /** Whether it is to be served; `FanOut` says so. */
  isDue: boolean;
  /** What is written between these two leaves in one go. */
  cork(): void;
  uncork(): void;
  /** @param head what goes before the answer, as the subscription has it */
  write(answer: Answer, head: Buffer | null): void;
  /** Calls back once, when the backlog is gone. */
  onceDrained(listener: () => void): void;
  /** Ends, telling the client to come back later. */
  tooFarBehind(): void;
  /** Ends one operation, which is not to get anything any more: nor what was written and not taken yet. */
  refuse(operation: Operation, error: GraphQLError): void;
}
