import { parse } from 'graphql';
import { pino } from 'pino';
import type { Database } from '../../../src/database/connect.ts';
import { READER } from '../../../src/desk/policy.ts';
import { createMask } from '../../../src/graphql/mask.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { globalId } from '../../../src/ledger/subjects.ts';
import type { Asked } from '../../../src/push/asked.ts';
import type { LagLimits } from '../../../src/push/group.ts';
import { Groups } from '../../../src/push/groups.ts';
import { subscriptionOf } from '../../../src/push/operation.ts';

const DOCUMENT = parse(`subscription Follow($negotiationId: ID!, $filter: StatementFilter, $after: Cursor) {
  statements(negotiationId: $negotiationId, filter: $filter, after: $after) {
    __typename
    ... on StatementEvent { cursor statement { text revision } }
    ... on StatementCorrected { note }
    ... on StatementWithdrawn { note: reason }
    ... on StatementExpunged { note: reason }
  }
}`);
const OPERATION = subscriptionOf(schema, DOCUMENT, null)!;

/** What a node has below its sockets: the record, and the groups that follow it. */
export interface Node {
  readonly ledger: Ledger;
  readonly groups: Groups;
  stop(): Promise<void>;
}

/** @param failed told of what is only logged */
export async function startNode(database: Database, limits: LagLimits, failed: (line: unknown) => void): Promise<Node> {
  const logger = pino({ level: 'warn' }, { write: failed });
  // Without a connection of its own that listens: it hears of others by looking, at the moments that a test chooses.
  const ledger = await Ledger.open({ ...database, server: null }, logger);
  const groups = new Groups({
    schema,
    ledger,
    logger,
    isPublic: true,
    lookAtKeys: async () => {},
    limits: { ...limits, groups: 1_000, groupsAnAddress: 1_000 },
    mask: createMask(logger, true),
  });
  return {
    ledger,
    groups,
    stop: async () => {
      groups.stop();
      await ledger.stop();
    },
  };
}

/** A subscription to the statements of some talks, or to those that do one thing. */
export function asking(talks: string, act: string | null, after: string | null): Asked {
  return {
    document: DOCUMENT,
    operation: OPERATION,
    operationName: null,
    address: '192.0.2.1',
    variables: {
      negotiationId: globalId('Negotiation', talks),
      ...(act !== null && { filter: { speechActs: [act] } }),
      ...(after !== null && { after }),
    },
    viewer: READER,
  };
}
