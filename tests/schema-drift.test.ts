import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { freshDatabase } from './support/database.ts';

// Their numbers in pg_type, which stand for good.
const NAME = 19;
const CHAR_ARRAY = 1002;

const prismaSchema = await readFile(new URL('../prisma/schema.prisma', import.meta.url), 'utf8');

describe('the tables', () => {
  it('that the migrations make are those that the Prisma schema describes', async () => {
    await using database = await freshDatabase();

    expect(await stepsFrom(database, prismaSchema)).toBe('-- This is an empty migration.');
  });

  it('are compared down to a column’s default and an index', async () => {
    await using database = await freshDatabase();
    await database.prisma.$executeRawUnsafe('DROP INDEX "ledger_negotiation_id_position_idx"');
    const otherwise = prismaSchema.replace('position   BigInt   @default(0)', 'position   BigInt   @default(1)');

    expect(await stepsFrom(database, otherwise)).toMatchInlineSnapshot(`
      "-- AlterTable
      ALTER TABLE "ledger_head" ALTER COLUMN "position" SET DEFAULT 1;

      -- CreateIndex
      CREATE INDEX "ledger_negotiation_id_position_idx" ON "ledger"("negotiation_id", "position");"
    `);
  });
});

/** The SQL that would make a database into what a Prisma schema describes, by Prisma's own schema engine. */
async function stepsFrom(database: Database, content: string): Promise<string> {
  await loaded;
  await using catalog = new CatalogAdapter(database);
  const adapter = bindMigrationAwareSqlAdapterFactory(catalog);
  const schemaEngine = await engine.SchemaEngine.new({ datamodels: [['schema.prisma', content]] }, () => {}, adapter);
  const files = [{ path: 'schema.prisma', content }];
  const { stdout } = await schemaEngine.diff({
    from: { tag: 'schemaDatasource', files, configDir: '.' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return String(stdout).trim();
}

/** The engine as WebAssembly: its binary cannot be had from a package registry. */
const loaded = (async () => {
  const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = await readFile(glue.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': { ...engine } });
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
})();

/**
 * Prisma's adapter, and two types that only PostgreSQL's catalogs have and it does not know: `name` is text to it, and
 * `"char"`, which it knows in arrays, is passed through as those and named right behind it.
 */
class CatalogAdapter extends PrismaPg implements AsyncDisposable {
  readonly #pool: pg.Pool;

  constructor({ server, embedded }: Database) {
    const socket = { host: embedded?.socketFolder, port: 5432, database: 'postgres', user: 'postgres', max: 1 };
    const pool = new pg.Pool(server ?? socket);
    const query = pool.query.bind(pool) as (asked: pg.QueryConfig) => Promise<pg.QueryResult>;
    const OTHERWISE = new Map([
      [pg.types.builtins.CHAR, CHAR_ARRAY],
      [NAME, pg.types.builtins.TEXT],
    ]);
    super(
      Object.assign(pool, {
        query: async (asked: pg.QueryConfig) => {
          const result = await query(asked);
          for (const field of result.fields) field.dataTypeID = OTHERWISE.get(field.dataTypeID) ?? field.dataTypeID;
          return result;
        },
      }),
    );
    this.#pool = pool;
  }

  override async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    return Object.assign(adapter, {
      queryRaw: async (asked: Parameters<typeof queryRaw>[0]) => {
        const { columnTypes, ...result } = await queryRaw(asked);
        const named = columnTypes.map((type) =>
          type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
        );
        return { ...result, columnTypes: named };
      },
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.end();
  }
}
