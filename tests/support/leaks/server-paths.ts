import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { exportRecord } from '../../../src/transfer/export.ts';
import { type Path, pages } from './path.ts';

const KEPT = 'title summary statements(first: 50) { nodes { text } }';

/** By which the server is seen beside the answers that it gives to operations. */
export const SERVER_PATHS: readonly Path[] = [
  {
    name: 'kept answer',
    shows: true,
    read: async ({ key }, { world, negotiations }) => {
      const asked = negotiations.map(async ({ slug }) => {
        const address = new URL(world.url);
        address.searchParams.set('query', `{ negotiation(slug: "${slug}") { ${KEPT} } }`);
        const get = (bearer: string | undefined, known = '') =>
          fetch(address, {
            headers: {
              'x-graphql-yoga-csrf': '1',
              accept: 'application/json',
              ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
              ...(known !== '' && { 'if-none-match': known }),
            },
          });
        // Whoever may read it has had it kept; the asker has heard by which tag.
        const insider = await get(await world.key('ADMIN'));
        const [theirs, tag] = [await insider.text(), insider.headers.get('etag') ?? ''];
        const mine = await get(key, tag);
        // What they have already they are told to have: that is to see it.
        return mine.status === 304 ? theirs : mine.text();
      });
      return (await Promise.all(asked)).join('\n');
    },
  },
  {
    name: 'export',
    shows: true,
    read: async ({ key }, { world, viewerOf }) =>
      text(Readable.from(exportRecord(world.server.ledger, await viewerOf(key)))),
  },
  pages('live page', ({ negotiations, subjects }) => [
    '/',
    ...negotiations.map(({ slug }) => `/negotiations/${slug}`),
    ...negotiations.flatMap(({ slug }) =>
      subjects
        .filter(({ type }) => type === 'Statement')
        .map(({ id, cursors }) => `/negotiations/${slug}?statement=${id}&at=${cursors[0]}`),
    ),
  ]),
  { name: 'log line', shows: false, read: async (_, { log }) => log() },
  pages('health', () => ['/health']),
  pages('ready', () => ['/ready']),
];
