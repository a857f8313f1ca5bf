import type { Node } from './node.ts';
import type { Run } from './play.ts';
import { until } from './wait.ts';

/** What the connections for nudges do: they listen, and send; which of the two came last is chance. */
const NUDGING = '^(LISTEN|NOTIFY) ';

/** Breaks something while all goes on, and mends it. */
export type Breakage = (run: Run) => Promise<void>;

/** A node dies at once, and comes back after a while. */
export const killNode: Breakage = (run) => without(run, (node) => node.kill());

/** A node is told to stop, as in a roll-out. */
export const drainNode: Breakage = (run) => without(run, (node) => node.drain());

async function without(run: Run, end: (node: Node) => Promise<void>): Promise<void> {
  const node = run.chance.oneOf(run.cluster.nodes);
  await node.alone(async () => {
    await end(node);
    if (run.cluster.nodes.length > 1) await run.progress(15);
    await node.start();
  });
  await run.progress(10);
}

/** Holds a node until some of its subscribers have given it up. */
export const freezeNode: Breakage = async (run) => {
  const node = run.chance.oneOf(run.cluster.nodes);
  await node.alone(async () => {
    const before = run.givenUp();
    node.freeze();
    try {
      if (run.cluster.nodes.length > 1) await run.progress(20);
      await moreGivenUp(run, before);
    } finally {
      node.thaw();
    }
  });
  await run.progress(10);
};

/** The database crashes and comes back, twice. */
export const restartDatabase: Breakage = async (run) => {
  for (let round = 0; round < 2; round += 1) {
    await run.cluster.postgres?.restartImmediately();
    await run.progress(10);
  }
  await listening(run);
};

/** The database is away until the nodes say so, and comes back. */
export const loseDatabase: Breakage = async (run) => {
  await run.cluster.postgres?.stopImmediately();
  for (const node of run.cluster.nodes) {
    await until(`node ${node.name} says that it has no database`, async () => !(await node.isReady()));
  }
  await run.cluster.postgres?.start();
  await run.progress(15);
  await listening(run);
};

/** The connections by which nodes hear of each other’s writes are cut by the database, twice. */
export const loseNudges: Breakage = async (run) => {
  for (let round = 0; round < 2; round += 1) {
    await run.cluster.look(
      (prisma) => prisma.$queryRaw`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query ~ ${NUDGING}`,
    );
    await run.progress(10);
    await listening(run);
  }
};

/** Every connection to the database is cut by it, twice, also those in the midst of a query. */
export const loseConnections: Breakage = async (run) => {
  for (let round = 0; round < 2; round += 1) {
    await run.cluster.look(
      (prisma) => prisma.$queryRaw`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    await run.progress(10);
  }
  await listening(run);
};

async function listening({ cluster }: Run): Promise<void> {
  await until('every node listens for nudges again', async () => {
    const rows = await cluster.look(
      (prisma) => prisma.$queryRaw<unknown[]>`
        SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query ~ ${NUDGING}`,
    );
    return rows.length === cluster.nodes.length;
  });
}

/** Many read nothing for a while: some by themselves, others behind a network that holds back what they are sent. */
export const stallSockets: Breakage = async (run) => {
  const { chance, carriers, cluster } = run;
  const sleeping = carriers.filter(({ maySleep }) => maySleep);
  const held = [...cluster.doors, cluster.quietDoor].map((door) => door.stall(0.3, chance));
  for (const carrier of sleeping) carrier.sleep();
  try {
    await run.progress(50);
  } finally {
    for (const carrier of sleeping) carrier.wake();
    for (const release of held) release();
  }
  await run.progress(10);
};

/** Connections that look well to one side only, until that side finds out. */
export const halfOpen: Breakage = async (run) => {
  for (const direction of ['toClient', 'toServer'] as const) {
    const before = run.givenUp();
    for (const door of run.cluster.doors) door.swallow(direction, 0.5, run.chance);
    await run.progress(10);
    await moreGivenUp(run, before);
  }
};

async function moreGivenUp(run: Run, before: number): Promise<void> {
  await until('some subscribers gave up their connections', () => run.givenUp() > before);
}

/** Connections end in the middle of a frame, again and again. */
export const cutConnections: Breakage = async (run) => {
  for (let round = 0; round < 4; round += 1) {
    for (const door of [...run.cluster.doors, run.cluster.quietDoor]) door.cutInMidFrame(0.5, run.chance);
    await run.progress(8);
  }
};

/** Those of a list at the same time, and one list after the other. */
export function together(...lists: readonly (readonly Breakage[])[]): Breakage {
  return async (run) => {
    for (const breakages of lists) await Promise.all(breakages.map((breakage) => breakage(run)));
  };
}
