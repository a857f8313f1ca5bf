import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { seedTalks } from './support/talks.ts';
import { askBy, codesOf, WAYS } from './support/ways.ts';
import { openWorld, type World } from './support/world.ts';

const TITLE = 'query Title($slug: String!) { negotiation(slug: $slug) { title } }';
const OPEN = `mutation Write($input: OpenNegotiationInput!) { openNegotiation(input: $input) { __typename } }`;
const FOLLOW = 'subscription Follow($id: ID!) { statements(negotiationId: $id) { __typename } }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-trusted-'));
  const file = join(folder, 'documents.json');
  await writeFile(file, JSON.stringify({ 'title-1': TITLE, [sha256(FOLLOW)]: FOLLOW, [sha256(OPEN)]: OPEN }));
  world = await openWorld({ TRUSTED_DOCUMENTS: file });
});
vi.setConfig({ testTimeout: 120_000 });
afterEach(cutSockets);
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true });
});

const variables = { slug: 'docks' };

describe.each(WAYS)('a server with trusted documents, over %s,', (way) => {
  it.each([
    ['its text', { query: TITLE }],
    ['its id', { documentId: 'title-1' }],
    ['its hash', { documentId: `sha256:${sha256(TITLE)}` }],
    [
      'its hash, as Apollo’s clients send it',
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(TITLE) } } },
    ],
  ])('runs one by %s', async (_, sent) => {
    expect(await askBy(way, world, { ...sent, variables })).toEqual({ data: { negotiation: null } });
  });

  it.each([
    ['another document', { query: '{ head }' }],
    ['a trusted one with a space more', { query: `${TITLE} ` }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['an id that is none', { documentId: 'title-2' }],
    ['a hash that is none', { extensions: { persistedQuery: { version: 1, sha256Hash: sha256('x') } } }],
    ['a trusted id beside another document', { query: '{ head }', documentId: 'title-1' }],
    ['a document that cannot be read', { query: '{ head' }],
  ])('does not run %s', async (_, sent) => {
    const answer = await askBy(way, world, { ...sent, variables });
    expect([answer.data ?? null, codesOf(answer)]).toEqual([null, ['DOCUMENT_NOT_TRUSTED']]);
  });
});

describe('a server with trusted documents', () => {
  it('gives those that subscribe their events, and no others', async () => {
    const editor = await world.key('EDITOR');
    const input = { slug: 'docks', title: 'Pay at the docks', status: 'ACTIVE' };
    await askBy('a WebSocket', world, { query: OPEN, variables: { input } }, editor);
    expect(await askBy('HTTP', world, { documentId: 'title-1', variables })).toEqual({
      data: { negotiation: { title: 'Pay at the docks' } },
    });
    const socket = await greetedSocket(world.url);
    const [refused] = await socket.ask('s', `${FOLLOW} # and more`, { id: 'x' });
    expect(refused).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }] });
    // It is looked at further: the id is none.
    const [answered] = await socket.ask('s', FOLLOW, { id: 'x' });
    expect(answered).toMatchObject({ type: 'next', payload: { errors: [{ extensions: { code: 'BAD_ID' } }] } });
  });

  it.each([
    ['is not there', null, 'TRUSTED_DOCUMENTS cannot be read'],
    ['is no JSON', '{', 'TRUSTED_DOCUMENTS must be a JSON object of ids and documents'],
    ['holds something else', '{ "a": 1 }', 'TRUSTED_DOCUMENTS must be a JSON object of ids and documents'],
  ])('does not start when its file %s', async (_, text, message) => {
    const file = join(folder, 'other.json');
    if (text !== null) await writeFile(file, text);
    await expect(openWorld({ TRUSTED_DOCUMENTS: file })).rejects.toThrow(message);
    await rm(file, { force: true });
  });
});

describe('a server without', () => {
  it('runs any document, and knows no ids', async () => {
    await using open = await openWorld();
    await seedTalks(open);
    expect(codesOf(await askBy('HTTP', open, '{ head }'))).toEqual([]);
    expect(codesOf(await askBy('HTTP', open, { documentId: 'title-1', variables }))).toEqual(['BAD_REQUEST']);
  });
});
