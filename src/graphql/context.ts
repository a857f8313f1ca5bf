import type { Logger } from 'pino';
import { hiddenFrom, type Viewer } from '../desk/policy.ts';
import type { Hidden } from '../ledger/hidden.ts';
import type { AsOf, Ledger } from '../ledger/ledger.ts';
import type { Deadline, Snapshot } from '../ledger/snapshot.ts';
import type { Touched } from '../ledger/touched.ts';
import type { Spent } from './rate-limit.ts';

/** Where an operation comes from, over HTTP or a socket. */
export interface Origin {
  /** The client's network address, as far as is known. */
  readonly address: string;
  /** Under which what goes wrong is logged and told. */
  readonly requestId: string;
  /** Tells the caller how much is left to them, where the transport has a place for that. */
  tellSpent?(spent: Spent): void;
}

/** What the desk has settled for itself. */
export interface DeskSettings {
  /** Whether whoever wrote any of a draft may not be the one who lets it be published. */
  readonly fourEyes: boolean;
}

/** What every resolver of one operation shares. */
export interface Context {
  /** Null for an event of a subscription, which is executed once for all who follow. */
  readonly origin: Origin | null;
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly logger: Logger;
  readonly settings: DeskSettings;
  /** Until when the operation may read. */
  readonly deadline: Deadline;
  /** Where it is noted what the answer is read from; null when nobody wants to know. */
  readonly touched: Touched | null;
  /** What the caller has asked for by now; null when they are not limited, or nothing was counted. */
  spent: Spent | null;
  /** The record at the head, taken once, less what is not there for the viewer: all that a request reads is read there. */
  now(): Promise<Snapshot>;
  /** The record at a moment of the past; the head when none is named. */
  at(asOf: AsOf | null): Promise<Snapshot>;
  /** The position of a cursor. @throws ReadRefusedError for one of another record, or of the future */
  positionOf(cursor: string): Promise<bigint>;
  /** What is not there for the viewer at this very moment, for what goes on after the request. */
  hiddenNow(): Hidden;
}

/** @param pinned where an event is read: as the record stood right after it, rather than at the head */
export function makeContext(
  shared: Pick<Context, 'origin' | 'ledger' | 'viewer' | 'logger'> & Partial<Pick<Context, 'settings' | 'touched'>>,
  pinned?: Snapshot,
): Context {
  // Who decides nothing is held to the strictest.
  const { origin, ledger, viewer, logger, settings = { fourEyes: true }, touched = null } = shared;
  const deadline: Deadline = { isPast: false };
  let taken: Promise<{ head: bigint; snapshot: Snapshot }> | undefined;
  if (pinned) taken = Promise.resolve({ head: pinned.position, snapshot: pinned });
  const take = () => {
    taken ??= ledger.look().then(async ({ position, restricted }) => {
      const hidden = hiddenFrom(viewer, restricted);
      const last = await ledger.lastThere(position, hidden);
      const snapshot = ledger.snapshot(last, hidden, deadline);
      if (touched !== null) {
        touched.readAt(
          position,
          [...restricted].filter((id) => !hidden.has(id)),
        );
        snapshot.noteIn(touched);
      }
      return { head: position, snapshot };
    });
    return taken;
  };
  return {
    origin,
    ledger,
    viewer,
    logger,
    settings,
    touched,
    deadline,
    spent: null,
    now: async () => (await take()).snapshot,
    at: async (asOf) => {
      const { head, snapshot } = await take();
      return asOf === null ? snapshot : snapshot.moved(await ledger.positionOf(asOf, head, snapshot.hidden));
    },
    positionOf: async (cursor) => ledger.positionOfCursor(cursor, (await take()).head),
    hiddenNow: () => hiddenFrom(viewer, ledger.restrictions.negotiations),
  };
}
