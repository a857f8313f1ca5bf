import type { Logger } from 'pino';
import type { Viewer } from '../desk/policy.ts';
import type { AsOf, Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';

/** What the desk has settled for itself. */
export interface DeskSettings {
  /** Whether whoever wrote any of a draft may not be the one who lets it be published. */
  readonly fourEyes: boolean;
}

/** What every resolver of one operation shares. */
export interface Context {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly logger: Logger;
  readonly settings: DeskSettings;
  /** Whether one event of a subscription is executed, rather than a request. */
  readonly isEvent: boolean;
  /** The record at the head, taken once: all that a request reads is read there. */
  now(): Promise<Snapshot>;
  /** The record at a moment of the past; the head when none is named. */
  at(asOf: AsOf | null): Promise<Snapshot>;
}

/** @param pinned where an event is read: as the record stood right after it, rather than at the head */
export function makeContext(
  shared: Pick<Context, 'ledger' | 'viewer' | 'logger'> & Partial<Pick<Context, 'settings'>>,
  pinned?: Snapshot,
): Context {
  let head: Promise<Snapshot> | undefined = pinned && Promise.resolve(pinned);
  const now = () => {
    head ??= shared.ledger.head().then((position) => shared.ledger.snapshot(position));
    return head;
  };
  return {
    // Who decides nothing is held to the strictest.
    settings: { fourEyes: true },
    ...shared,
    isEvent: pinned !== undefined,
    now,
    at: async (asOf) => {
      const current = await now();
      if (asOf === null) return current;
      return current.moved(await shared.ledger.positionOf(asOf, current.position));
    },
  };
}
