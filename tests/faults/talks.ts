import type { Cluster } from './cluster.ts';
import { ask, write } from './desk.ts';

/** Two negotiations that are written at the same time, and who speaks in them. */
export interface Talks {
  /** Global ids by slug. */
  readonly ids: Readonly<Record<Slug, string>>;
  /** The global ids of the speakers. */
  readonly speakers: readonly [string, string];
}

export const SLUGS = ['docks', 'rail'] as const;
export type Slug = (typeof SLUGS)[number];

/** Of these a filtered subscription wants one. */
export const ACTS = ['COMMENT', 'DENY', 'DEMAND', 'OFFER'] as const;

export async function openTalks({ nodes: [node], key }: Cluster): Promise<Talks> {
  for (const slug of SLUGS) {
    await mustWrite(node.url, key, 'openNegotiation', { externalId: slug, slug, title: slug, status: 'ACTIVE' });
  }
  for (const name of ['ada', 'bo']) await mustWrite(node.url, key, 'recordPerson', { externalId: name, name });
  const { docks, rail, actors } = await ask<{
    docks: { id: string };
    rail: { id: string };
    actors: { nodes: { id: string; name: string }[] };
  }>(
    node.url,
    null,
    `{ docks: negotiation(slug: "docks") { id } rail: negotiation(slug: "rail") { id } actors(first: 10) { nodes { id name } } }`,
  );
  const [ada, bo] = ['ada', 'bo'].map((name) => actors.nodes.find((actor) => actor.name === name)?.id);
  if (ada === undefined || bo === undefined) throw new Error('the speakers are not in the record');
  return { ids: { docks: docks.id, rail: rail.id }, speakers: [ada, bo] };
}

async function mustWrite(url: string, key: string, name: string, input: object): Promise<void> {
  const answer = await write(url, key, name, input);
  if (answer.became !== 'written') throw new Error(`${name} was not written: ${answer.why}`);
}
