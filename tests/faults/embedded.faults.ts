import { afterAll, beforeAll, describe, it } from 'vitest';
import { cutConnections, freezeNode, halfOpen, killNode, stallSockets, together } from './breakages.ts';
import { type Cluster, openEmbedded } from './cluster.ts';
import { EVERYWHERE, expectNoFault, type Scenario } from './scenarios.ts';
import { openTalks, type Talks } from './talks.ts';

const scenarios: readonly Scenario[] = [
  ...EVERYWHERE,
  {
    name: 'several of these happen at a time',
    breakage: together([killNode, cutConnections], [freezeNode, halfOpen, stallSockets]),
  },
];

describe('one node with its database embedded gives everything once and in order when', () => {
  let cluster: Cluster;
  let talks: Talks;
  beforeAll(async () => {
    cluster = await openEmbedded();
    talks = await openTalks(cluster);
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  for (const [index, scenario] of scenarios.entries()) {
    it(scenario.name, () => expectNoFault(cluster, talks, scenario, index));
  }
});
