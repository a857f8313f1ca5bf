import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import type { Logger } from 'pino';
import { hiddenFrom, READER } from '../desk/policy.ts';
import { makeContext } from '../graphql/context.ts';
import { executePlanned } from '../graphql/execute.ts';
import { networkOf } from '../graphql/rate-key.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { Feed } from '../ledger/feed.ts';
import type { Hidden } from '../ledger/hidden.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { Answer } from './answer.ts';
import { type Asked, isOfOurs, NotSubscribedError } from './asked.ts';
import { Turns } from './turns.ts';

/** How many groups execute side by side; those that wait take turns by who began them. */
const SIDE_BY_SIDE = 8;
/** How long executions may hold the event loop between two looks at what else there is. */
const HOLD_MS = 8;
/** How often an event is executed that fails for a fault of ours, before that is its answer. */
const ATTEMPTS = 3;
/** How long between these. */
const AGAIN_MS = 100;

export interface ExecutionOptions {
  readonly schema: GraphQLSchema;
  readonly ledger: Ledger;
  readonly logger: Logger;
  /** Whether anybody may read what is public. */
  readonly isPublic: boolean;
  /** What a caller sees of an error. */
  readonly mask: (error: unknown) => GraphQLError;
}

/** A subscription's feed, and how its events become answers. @throws when the database does not answer */
export interface Executable {
  readonly feed: Feed;
  /** Whether what it is about is there now for those who asked. */
  isThere(): boolean;
  /** Whether it is what anybody is given, with no key at all. */
  readonly isForAll: boolean;
  /** The network of whoever began it, whose turns it takes. */
  readonly begunBy: string;
  readonly execute: (entries: readonly LedgerEntry[]) => Promise<Answer[]>;
}

/** Executes subscriptions, once for all that ask the same. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #turns = new Turns(SIDE_BY_SIDE);
  #heldSince = 0;
  #recent: Snapshot | null = null;
  #count = 0;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  /** How often an event was executed, for whoever measures. */
  get count(): number {
    return this.#count;
  }

  /** Forgets what was read: something was erased. */
  forget(): void {
    this.#recent = null;
  }

  /** @throws NotSubscribedError, ReadRefusedError */
  async prepare(asked: Asked): Promise<Executable> {
    const { document, operationName, variables, viewer } = asked;
    const { schema, ledger, logger, mask, isPublic } = this.#options;
    // Of a group only the rights are known, and not whose they are.
    const { role, grants } = viewer;
    const shared = { ledger, logger, origin: null, viewer: { ...READER, role, grants } };
    const args = { schema, document, operationName, variableValues: variables };
    if (isLeftOut(asked, args)) throw new NotSubscribedError([leftOut(asked)]);
    // Whoever is refused here is told, and noted, as who they are.
    const feed = await createSourceEventStream({ ...args, contextValue: makeContext({ ...shared, viewer }) });
    if ('errors' in feed) throw new NotSubscribedError((feed.errors ?? []).map((error) => mask(error)));
    if (!(feed instanceof Feed)) throw new Error('a subscription gave something else than a feed');
    // Decided again for each event, on what is restricted by then.
    const hidden = () => hiddenFrom(shared.viewer, ledger.restrictions.negotiations);
    const begunBy = networkOf(asked.address);
    const isThere = () => feed.negotiationId === null || !hidden().has(feed.negotiationId);
    const run = async (entry: LedgerEntry, snapshot: Snapshot): Promise<ExecutionResult> => {
      this.#count += 1;
      // Decided again for each event: a context of its own, at its own position.
      const contextValue = makeContext(shared, snapshot);
      const { data, errors } = await executePlanned({ ...args, contextValue, rootValue: { entry, snapshot } });
      return { ...(errors && { errors: errors.map((error) => mask(error)) }), data };
    };
    const answer = async (entry: LedgerEntry, snapshot: Snapshot): Promise<Answer> => {
      let result = await run(entry, snapshot);
      for (let attempt = 1; hasFailed(result) && attempt < ATTEMPTS; attempt += 1) {
        // What failed to be read is not to be remembered as that.
        this.#recent = null;
        // Without a database nothing is answered, and all is tried again later; with one, once more in a moment, as other
        // connections than this one may have to be made again.
        await ledger.head();
        await delay(AGAIN_MS);
        result = await run(entry, await feed.snapshotAfter(entry, hidden()));
      }
      const cursor = feed.cursorOf(entry);
      const json = JSON.stringify({ ...result, extensions: { cursor } });
      return new Answer(entry.position, cursor, json, hasFailed(result));
    };
    return {
      feed,
      isThere,
      isForAll: isPublic && role === READER.role && grants.size === 0,
      begunBy,
      execute: (entries) =>
        this.#turns.take(begunBy, () => this.#sideBySide(feed, feed.there(entries), hidden(), answer)),
    };
  }

  async #sideBySide(
    feed: Feed,
    entries: readonly LedgerEntry[],
    hidden: Hidden,
    answer: (entry: LedgerEntry, snapshot: Snapshot) => Promise<Answer>,
  ): Promise<Answer[]> {
    const [first] = entries;
    if (first === undefined) return [];
    if (performance.now() - this.#heldSince > HOLD_MS) {
      await nextTurn();
      this.#heldSince = performance.now();
    }
    // Only what is read at a position of the record may be shared with who came before.
    const isShared = feed.isOfRecord;
    const snapshot = isShared ? this.#snapshotAt(first.position, hidden) : await feed.snapshotAfter(first, hidden);
    const at = (entry: LedgerEntry) => (isShared ? snapshot.moved(entry.position) : snapshot);
    try {
      return await Promise.all(entries.map((entry) => answer(entry, at(entry))));
    } catch (error) {
      // What failed to be read is not to be remembered as that.
      if (this.#recent === snapshot) this.#recent = null;
      throw error;
    }
  }

  /** Groups that are given the same event at the same time read for it once, if the same is there for them. */
  #snapshotAt(position: bigint, hidden: Hidden): Snapshot {
    const recent = this.#recent;
    if (recent?.position === position && recent.hidden === hidden) return recent;
    this.#recent = this.#options.ledger.snapshot(position, hidden);
    return this.#recent;
  }
}

/** Whether a directive leaves out the field that a subscription is about, so that there is nothing to follow. */
function isLeftOut({ operation: { field } }: Asked, args: ExecutionArgs): boolean {
  const built = buildExecutionContext(args);
  // Variables that do not fit: GraphQL itself says so.
  if (!('schema' in built)) return false;
  const { schema, fragments, variableValues, operation } = built;
  const root = schema.getSubscriptionType() as GraphQLObjectType;
  const fields = collectFields(schema, fragments, variableValues, root, operation.selectionSet);
  return ![...fields.values()].some((nodes) => nodes.includes(field));
}

function leftOut({ operation: { field } }: Asked): GraphQLError {
  return new GraphQLError('The field of a subscription may not be left out by @skip or @include.', {
    nodes: [field],
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** Whether something of it is a fault of ours. */
function hasFailed({ errors }: ExecutionResult): boolean {
  return errors?.some(isOfOurs) ?? false;
}
