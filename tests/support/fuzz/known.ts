import type { World } from '../world.ts';
import type { Known } from './values.ts';

/** What a reader of the samples can find out: ids, slugs and cursors, the last of which is now’s. */
export async function whatIsKnown(world: Pick<World, 'query'>): Promise<Known> {
  const { data } = await world.query(`{ head negotiations(first: 2) { edges { cursor node { id slug
    terms(first: 3) { nodes { id } } statements(first: 5) { pageInfo { endCursor } nodes { id cursor: __typename } } } }
    } actors(first: 10) { edges { cursor } nodes { __typename ... on Person { id } ... on Organization { id } } }
    changes(first: 10) { pageInfo { endCursor } nodes { cursor } } }`);
  const texts = JSON.stringify(data);
  const all = (name: string) =>
    [...texts.matchAll(new RegExp(`"${name}":"([^"]+)"`, 'g'))].map(([, text]) => String(text));
  return { ids: all('id'), slugs: all('slug'), cursors: [...all('cursor'), ...all('endCursor'), data.head] };
}
