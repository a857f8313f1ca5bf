import { PrismaPg } from '@prisma/adapter-pg';
import type { PoolConfig } from 'pg';
import { type Embedded, startEmbedded } from './embedded.ts';
import { Prisma, PrismaClient } from './generated/client.ts';

export { Prisma, type PrismaClient };

/** Where the record is kept: a PostgreSQL server, or an embedded one in a folder or in memory. */
export type Place = { url: string } | { dataDir: string } | { image: string | undefined };

export interface Database extends AsyncDisposable {
  readonly prisma: PrismaClient;
  /** How to open one more connection, for LISTEN; null when embedded, where one connection is all. */
  readonly server: PoolConfig | null;
  readonly embedded: Embedded | null;
}

/** Opens the database; past this folder nothing knows which of the two kinds it is. */
export async function connect(place: Place, poolSize = 10): Promise<Database> {
  if ('url' in place) {
    // timestamptz comes back hours off when a session's time zone is not UTC.
    const server: PoolConfig = { connectionString: place.url, options: '-c TimeZone=UTC' };
    const prisma = new PrismaClient({ adapter: new PrismaPg({ ...server, max: poolSize }) });
    return { prisma, server, embedded: null, [Symbol.asyncDispose]: () => prisma.$disconnect() };
  }
  const embedded = await startEmbedded(place);
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ host: embedded.socketFolder, port: 5432, database: 'postgres', user: 'postgres', max: 1 }),
  });
  return {
    prisma,
    server: null,
    embedded,
    [Symbol.asyncDispose]: async () => {
      await prisma.$disconnect();
      await embedded.stop();
    },
  };
}
