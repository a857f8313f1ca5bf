import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  cutConnections,
  freezeNode,
  halfOpen,
  killNode,
  loseConnections,
  loseDatabase,
  loseNudges,
  restartDatabase,
  stallSockets,
  together,
} from './breakages.ts';
import { type Cluster, openShared } from './cluster.ts';
import { postgresPrograms } from './postgres.ts';
import { CUT_OFF, EVERYWHERE, expectNoFault, type Scenario } from './scenarios.ts';
import { openTalks, type Talks } from './talks.ts';

const programs = postgresPrograms();
if (programs === null) {
  process.stdout.write(
    'There is no PostgreSQL server of 15 or later to be started here, so two nodes are not tried.\n',
  );
}

// A node keeps its sockets while its database is away.
const keeps = [CUT_OFF];
const several = together(
  [killNode, restartDatabase],
  [freezeNode, cutConnections, loseNudges],
  [halfOpen, stallSockets, loseConnections],
);
const scenarios: readonly Scenario[] = [
  ...EVERYWHERE,
  { name: 'the database crashes', breakage: restartDatabase, keeps },
  { name: 'the database is away', breakage: loseDatabase, keeps },
  { name: 'the connections for nudges are cut', breakage: loseNudges, keeps },
  { name: 'all connections to the database are cut', breakage: loseConnections, keeps },
  { name: 'several of these happen at a time', breakage: several },
];

describe.skipIf(programs === null)('two nodes on a PostgreSQL server give everything once and in order when', () => {
  let cluster: Cluster;
  let talks: Talks;
  beforeAll(async () => {
    cluster = await openShared(programs ?? '');
    talks = await openTalks(cluster);
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  for (const [index, scenario] of scenarios.entries()) {
    it(scenario.name, () => expectNoFault(cluster, talks, scenario, index));
  }
});
