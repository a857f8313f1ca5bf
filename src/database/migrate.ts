import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { PrismaClient } from './generated/client.ts';

const FOLDER = new URL('../../prisma/migrations/', import.meta.url);

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** A migration that was applied reads differently now; a record never runs on a guess. */
export class MigrationChangedError extends Error {}

/**
 * Applies what is missing of `prisma/migrations`, in order, under an advisory lock, and keeps Prisma's own
 * table of them, so that `prisma migrate deploy` can go on from here.
 * @returns the names of those that were applied now
 */
export async function migrate(prisma: PrismaClient): Promise<string[]> {
  const migrations = await readMigrations();
  return prisma.$transaction(
    async (tx) => {
      // A large record may take longer than any of our queries may.
      await tx.$executeRaw`SET LOCAL statement_timeout = 0`;
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(7215501)`;
      await tx.$executeRaw`
        CREATE TABLE IF NOT EXISTS _prisma_migrations (
          id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
          migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
          started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;
      const known = await tx.$queryRaw<{ migration_name: string; checksum: string }[]>`
        SELECT migration_name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL`;
      const checksums = new Map(known.map((row) => [row.migration_name, row.checksum]));
      const changed = migrations.find(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum);
      if (changed !== undefined) {
        throw new MigrationChangedError(
          `The migration ${changed.name} was changed after it was applied to this database.`,
        );
      }
      const missing = migrations.filter(({ name }) => !checksums.has(name));
      // Nodes that are running may write, and lock tables in another order than the migrations do: all of them begin with
      // the head, so they wait there, and readers do not.
      if (known.length > 0 && missing.length > 0) await tx.$executeRaw`LOCK TABLE ledger_head IN EXCLUSIVE MODE`;
      for (const { name, sql, checksum } of missing) {
        for (const statement of statements(sql)) await tx.$executeRawUnsafe(statement);
        await tx.$executeRaw`
          INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
          VALUES (${randomUUID()}, ${checksum}, ${name}, now(), 1)`;
      }
      return missing.map(({ name }) => name);
    },
    { maxWait: 60_000, timeout: 600_000 },
  );
}

export async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, FOLDER), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** The statements of a script, apart: the extended protocol takes one at a time. Bodies between $$ stay whole. */
export function statements(sql: string): string[] {
  return sql
    .split(/(\$\$[\s\S]*?\$\$)/)
    .map((part) => (part.startsWith('$$') ? part.replaceAll(';', '\u0000') : part.replace(/--.*$/gm, '')))
    .join('')
    .split(';')
    .map((statement) => statement.replaceAll('\u0000', ';').trim())
    .filter((statement) => statement !== '');
}
