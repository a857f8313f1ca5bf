import { createDecipheriv } from 'node:crypto';
import { hashOfKey } from '../../../src/desk/rules.ts';
import { NEGOTIATION_TABLES } from '../../../src/ledger/subjects.ts';
import type { World } from '../world.ts';
import type { Asker } from './askers.ts';
import { MARKS, type State } from './things.ts';

const ROLES = ['READER', 'REPORTER', 'EDITOR', 'ADMIN'];
/** Tables of the desk's own, that say what is not public: for those who draft. */
const DESK = ['draft', 'draft_revision', 'draft_comment', 'source_judgement'];
/** Tables of the record, other than those that say which talks their rows belong to. */
const BELOW = ['appearance', 'relation', 'stance', 'estimate', 'impact', 'count_claim', 'transit_claim'];

/** Says what somebody may see, from nothing but the tables: none of the program's own decisions is asked. */
export class Oracle {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether a mark stands anywhere that an asker may read. */
  async maySee(asker: Asker, state: State): Promise<boolean> {
    const [places, restricted, roles] = await Promise.all([
      this.#placesOf(MARKS[state]),
      this.#restricted(),
      this.#rolesOf(asker),
    ]);
    return places.some(({ table, negotiationId }) => {
      const given = negotiationId === null ? undefined : roles.get(negotiationId);
      const isRestricted = negotiationId !== null && restricted.has(negotiationId);
      if (isRestricted && given === undefined) return false;
      const rank = Math.max(isRestricted ? 0 : (roles.get(null) ?? 0), given ?? 0);
      return !DESK.includes(table) || rank >= ROLES.indexOf('REPORTER');
    });
  }

  /** Whether the entry at a position is there for an asker; position 0 is for everybody. */
  async isThere(asker: Asker, position: bigint): Promise<boolean> {
    if (position === 0n) return true;
    const [entry] = await this.#rows<{ id: string | null }>(
      `SELECT negotiation_id::text AS id FROM ledger WHERE position = ${position}`,
    );
    if (entry === undefined) throw new Error(`there is no entry ${position}`);
    return this.#isOpen(asker, entry.id);
  }

  /** How many rows of a table in force are there for an asker. */
  async count(asker: Asker, table: string, where = 'true'): Promise<number> {
    const column = table === 'negotiation' ? 'id' : 'negotiation_id';
    const inForce = table === 'ledger' ? '' : 'AND until_position = 9223372036854775807';
    const rows = await this.#rows<{ id: string | null }>(
      `SELECT ${column}::text AS id FROM ${table} WHERE ${where} ${inForce}`,
    );
    const open = await Promise.all(rows.map(({ id }) => this.#isOpen(asker, id)));
    return open.filter(Boolean).length;
  }

  /** The position in a cursor, of the record or of a page, under the record's key. */
  async positionIn(cursor: string): Promise<bigint> {
    const [head] = await this.#rows<{ key: Uint8Array }>('SELECT cursor_key AS key FROM ledger_head');
    const decipher = createDecipheriv('id-aes256-wrap-pad', head?.key ?? '', Buffer.from('a65959a6', 'hex'));
    const block = Buffer.concat([decipher.update(Buffer.from(cursor, 'base64url')), decipher.final()]);
    if (block.length === 8) return block.readBigUInt64BE();
    return BigInt((JSON.parse(block.toString()) as string[])[1] ?? '');
  }

  async #isOpen(asker: Asker, negotiationId: string | null): Promise<boolean> {
    if (negotiationId === null || !(await this.#restricted()).has(negotiationId)) return true;
    return (await this.#rolesOf(asker)).has(negotiationId);
  }

  async #placesOf(mark: string): Promise<{ table: string; negotiationId: string | null }[]> {
    const says = (alias: string) => `to_jsonb(${alias})::text LIKE '%${mark}%'`;
    const found = [
      ...NEGOTIATION_TABLES.filter((table) => table !== 'search_statement').map((table) => [
        table,
        `SELECT t.negotiation_id::text AS id FROM ${table} t WHERE ${says('t')}`,
      ]),
      ['negotiation', `SELECT t.id::text AS id FROM negotiation t WHERE ${says('t')}`],
      ...BELOW.map((table) => [
        table,
        `SELECT s.negotiation_id::text AS id FROM ${table} t JOIN statement s ON s.id = t.statement_id WHERE ${says('t')}`,
      ]),
      ...['draft_revision', 'draft_comment'].map((table) => [
        table,
        `SELECT d.negotiation_id::text AS id FROM ${table} t JOIN draft d ON d.id = t.draft_id WHERE ${says('t')}`,
      ]),
    ] as const;
    const places = await Promise.all(
      found.map(async ([table, sql]) =>
        (await this.#rows<{ id: string | null }>(String(sql))).map(({ id }) => ({
          table: String(table),
          negotiationId: id,
        })),
      ),
    );
    return places.flat();
  }

  async #restricted(): Promise<ReadonlySet<string>> {
    const rows = await this.#rows<{ id: string }>(
      `SELECT id::text FROM negotiation WHERE access = 'RESTRICTED' AND until_position = 9223372036854775807`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Ranks by negotiation, null for the whole desk: those of the account, and none above the key's own. */
  async #rolesOf({ key, claims }: Asker): Promise<ReadonlyMap<string | null, number>> {
    if (key === undefined) return new Map();
    if (claims !== undefined) {
      return new Map(claims.map(({ role, negotiationId }) => [negotiationId, ROLES.indexOf(role)]));
    }
    const rows = await this.#rows<{ id: string | null; role: string; most: string }>(
      `SELECT g.negotiation_id::text AS id, g.role::text, k.role::text AS most FROM desk_key k
       JOIN role_grant g ON g.account_id = k.account_id WHERE k.hash = '\\x${hashOfKey(key).toString('hex')}'`,
    );
    return new Map(rows.map(({ id, role, most }) => [id, Math.min(ROLES.indexOf(role), ROLES.indexOf(most))]));
  }

  #rows<Row>(sql: string): Promise<Row[]> {
    return this.#world.database.prisma.$queryRawUnsafe<Row[]>(sql);
  }
}
