import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Place, type PrismaClient } from '../../src/database/connect.ts';
import { controlled } from '../../src/desk/control-client.ts';
import { issueKey } from '../../src/desk/keys.ts';
import { type Door, openDoor } from './door.ts';
import { endsWithUs } from './leftovers.ts';
import { type Node, openNode } from './node.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import { breath } from './wait.ts';

/** A record, the nodes that serve it, and the network before them. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly [Node, ...Node[]];
  /** The ways in to each node, in the order of the nodes, and last one that leads to any of them. */
  readonly doors: readonly Door[];
  /** A way in to any of them for those who sleep, and do not notice when it is half-open. */
  readonly quietDoor: Door;
  /** Null when the record is embedded. */
  readonly postgres: Postgres | null;
  /** Of an administrator of the desk. */
  readonly key: string;
  /**
   * Looks at the tables themselves, past the nodes. Embedded, that is at a copy, as only one process may have the data
   * folder open; look when nobody writes.
   */
  look<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T>;
}

/** So small that some of those who stall are caught up with, and others are sent away. */
const SETTINGS = { LAG_BYTES: '65536', LAG_CLOSE_BYTES: '4000000' };
const KEY = { name: 'The fault tests', role: 'ADMIN', expiresAt: null } as const;

/** Two nodes on a PostgreSQL server of their own. */
export function openShared(programs: string): Promise<Cluster> {
  return opening(async (opened) => {
    const postgres = opened(await openPostgres(programs));
    const settings = { ...SETTINGS, DATABASE_URL: postgres.url, DATABASE_POOL: '6' };
    const nodes = [opened(await openNode('a', settings)), opened(await openNode('b', settings))] as const;
    const look: Cluster['look'] = (work) => patiently(() => lookInto({ url: postgres.url }, work));
    const { key } = await look((prisma) => issueKey(prisma, KEY));
    return { nodes, ...(await openDoors(nodes, opened)), postgres, key, look };
  });
}

/** One node with its database embedded. */
export function openEmbedded(): Promise<Cluster> {
  return opening(async (opened) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-faults-'));
    opened(goesWithUs(folder));
    const node = opened(await openNode('a', { ...SETTINGS, DATABASE_URL: '', DATA_DIR: folder }));
    const { key } = await controlled(folder).issue(KEY);
    const look: Cluster['look'] = async (work) => {
      const copy = await mkdtemp(join(tmpdir(), 'parley-faults-'));
      await using _copy = goesWithUs(copy);
      // What a process leaves behind that is killed can be opened, and one that is held stays as it is meanwhile.
      node.freeze();
      await cp(join(folder, 'postgres'), join(copy, 'postgres'), { recursive: true }).finally(() => node.thaw());
      return await lookInto({ dataDir: copy }, work);
    };
    return { nodes: [node], ...(await openDoors([node], opened)), postgres: null, key, look };
  });
}

async function openDoors(
  nodes: readonly Node[],
  opened: (door: Door) => Door,
): Promise<Pick<Cluster, 'doors' | 'quietDoor'>> {
  let turn = 0;
  const anyNode = () => {
    turn += 1;
    return nodes[turn % nodes.length]?.port ?? 0;
  };
  const doors: Door[] = [];
  for (const node of nodes) doors.push(opened(await openDoor(() => node.port)));
  doors.push(opened(await openDoor(anyNode)));
  return { doors, quietDoor: opened(await openDoor(anyNode)) };
}

/** Closes what was opened, the last first, at the end, or at once when the opening fails on its way. */
async function opening(
  open: (opened: <T extends AsyncDisposable>(one: T) => T) => Promise<Omit<Cluster, typeof Symbol.asyncDispose>>,
): Promise<Cluster> {
  const all: AsyncDisposable[] = [];
  const close = async () => {
    for (const one of all.reverse()) await one[Symbol.asyncDispose]();
  };
  try {
    const cluster = await open((one) => {
      all.push(one);
      return one;
    });
    return { ...cluster, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A folder that is removed in the end, whatever that is. */
function goesWithUs(folder: string): AsyncDisposable {
  const settle = endsWithUs(() => rmSync(folder, { recursive: true, force: true }));
  return {
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true, force: true });
      settle();
    },
  };
}

/** Tries again while the database is broken by somebody else. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100) throw error;
      await breath();
      await breath();
    }
  }
}

async function lookInto<T>(place: Place, work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
  await using database = await connect(place);
  return await work(database.prisma);
}
