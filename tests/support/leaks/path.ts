import type { Viewer } from '../../../src/desk/policy.ts';
import type { SubjectType } from '../../../src/ledger/subjects.ts';
import type { World } from '../world.ts';
import type { Asker } from './askers.ts';

/** What a path needs to know of the record to ask for all of it: more than any asker does. */
export interface Known {
  readonly world: World;
  readonly negotiations: readonly { readonly id: string; readonly slug: string }[];
  /** Every subject that there is, and the cursors at which it changed. */
  readonly subjects: readonly {
    readonly type: SubjectType;
    readonly id: string;
    readonly cursors: readonly string[];
  }[];
  /** The cursor before anything was written, and that before anything was drafted. */
  readonly start: string;
  readonly draftsStart: string;
  /** Who shows a key or token; a reader without one. */
  readonly viewerOf: (key: string | undefined) => Promise<Viewer>;
  /** All that the server has logged. */
  readonly log: () => string;
}

/** A way by which something may come to somebody: gives all that came, as text. */
export interface Path {
  readonly name: string;
  /** Whether somebody is to see something by it; else nobody is ever to. */
  readonly shows: boolean;
  readonly read: (asker: Asker, known: Known) => Promise<string>;
}

export type Ask = (query: string, variables?: object) => Promise<unknown>;

/** A path of queries. */
export function path(name: string, read: (ask: Ask, known: Known) => Promise<readonly unknown[]>): Path {
  return {
    name,
    shows: true,
    read: async ({ key }, known) => {
      const { world } = known;
      return JSON.stringify(await read((query, variables) => world.as(key ?? null, query, variables), known));
    },
  };
}

/** Pages of the server's beside GraphQL. */
export function pages(name: string, addresses: (known: Known) => readonly string[]): Path {
  return {
    name,
    shows: false,
    read: async ({ key }, known) => {
      const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const texts = addresses(known).map(async (address) =>
        (await fetch(new URL(address, known.world.url), { headers })).text(),
      );
      return (await Promise.all(texts)).join('\n');
    },
  };
}

/** Reads on until the last public statement came. */
export async function untilLast(text: () => string, more: () => Promise<unknown>): Promise<void> {
  while (!text().includes('This is the last.')) await more();
}
