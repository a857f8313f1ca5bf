import { Prisma, type Read } from '../database/connect.ts';
import { FOREVER } from './plan.ts';

/** How long the database has to answer, as whoever follows waits for it. */
const ANSWER_MS = 10_000;

interface Known {
  /** The position up to which all is known that changed who may read what. */
  readonly upTo: bigint;
  readonly negotiations: ReadonlySet<string>;
}

/** What happened to who may read what: `OPENED` is that restricted talks were begun, of which nobody has read anything. */
export type AccessChange = 'OPENED' | 'CHANGED';

/**
 * Which negotiations are restricted now, whatever moment is read. Kept for the whole node: the head says when it
 * changed last, so that nothing is asked while it has not.
 */
export class Restrictions {
  readonly #read: Read;
  #known: Known = { upTo: -1n, negotiations: new Set() };
  #reading: Promise<void> | undefined;
  readonly #changed = new Set<(change: AccessChange) => void>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** By row id; the same object until they change. */
  get negotiations(): ReadonlySet<string> {
    return this.#known.negotiations;
  }

  /** Calls back whenever there are others, before anything that was recorded later is told. */
  onChange(listener: (change: AccessChange) => void): void {
    this.#changed.add(listener);
  }

  /** Knows all that changed them up to a position, which the head gave. */
  async upTo(position: bigint): Promise<ReadonlySet<string>> {
    // A look under way may have begun before.
    while (this.#known.upTo < position) {
      this.#reading ??= this.#look().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    return this.#known.negotiations;
  }

  async #look(): Promise<void> {
    const [row] = await this.#read<{ upTo: bigint; ids: string[]; werePublic: string[] }>(
      Prisma.sql`
      WITH restricted AS (SELECT id FROM negotiation WHERE access = 'RESTRICTED' AND until_position = ${FOREVER})
      SELECT h.access_position AS "upTo", ARRAY(SELECT id::text FROM restricted ORDER BY id) AS ids, ARRAY(
        SELECT id::text FROM restricted r
        WHERE EXISTS (SELECT FROM negotiation n WHERE n.id = r.id AND n.access = 'PUBLIC')
      ) AS "werePublic" FROM ledger_head h`,
      { withinMs: ANSWER_MS },
    );
    if (row === undefined) throw new Error('the ledger has no head');
    const before = this.#known.negotiations;
    const now = new Set(row.ids);
    const isSame = now.size === before.size && row.ids.every((id) => before.has(id));
    this.#known = { upTo: row.upTo, negotiations: isSame ? before : now };
    if (isSame) return;
    const isOpening = [...before].every((id) => now.has(id)) && row.werePublic.every((id) => before.has(id));
    for (const changed of this.#changed) changed(isOpening ? 'OPENED' : 'CHANGED');
  }
}
