import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drafted, type Somebody, somebody } from './support/desk.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let talks: string;
let ann: Somebody;
let eve: Somebody;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  talks = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
  [ann, eve] = await Promise.all([somebody(world, 'REPORTER', 'Ann'), somebody(world, 'EDITOR', 'Eve')]);
});
afterEach(() => cutSockets());
afterAll(() => world.stop());

const LIVE = `subscription Live($talks: ID!, $after: Cursor) { drafts(negotiationId: $talks, after: $after) {
  cursor action by draftId draft { revision state text note comments(first: 10) { nodes { text } } } statement { text } } }`;

/** Where the desk stands. */
async function cursor(): Promise<string> {
  const { data } = await world.as(ann.key, 'query C($talks: ID!) { drafts(negotiationId: $talks) { cursor } }', {
    talks,
  });
  return data.drafts.cursor;
}

async function changes(after: string, count: number, key = ann.key): Promise<any[]> {
  const client = world.client({ key });
  const seen: any[] = [];
  for await (const { data, errors } of client.iterate<any>({ query: LIVE, variables: { talks, after } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    seen.push(data.drafts);
    if (seen.length === count) break;
  }
  return seen;
}

describe('the desk’s live view', () => {
  it('tells all that is done with drafts, in order, each once, from any cursor on', async () => {
    const after = await cursor();
    const live = changes(after, 6);
    const { id: draftId } = await drafted(ann, { text: 'First.' });
    await ann.do('editDraft', { draftId, revision: 1, content: statement({ text: 'Second.' }) });
    await eve.do('commentOnDraft', { draftId, text: 'Better.' });
    await ann.do('submitDraft', { draftId, revision: 2 });
    await eve.do('returnDraft', { draftId, revision: 3, reason: 'Shorter.' });
    await eve.do('publishDraft', { draftId }, 'cursor');
    const seen = await live;
    expect(seen.map(({ action, by }) => [action, by])).toEqual([
      ['BEGUN', 'Ann'],
      ['EDITED', 'Ann'],
      ['COMMENTED', 'Eve'],
      ['SUBMITTED', 'Ann'],
      ['RETURNED', 'Eve'],
      ['PUBLISHED', 'Eve'],
    ]);
    expect(seen.at(-1)).toMatchObject({ draftId, draft: null, statement: { text: 'Second.' } });
    // Again, from the middle: just what came after it.
    const again = await changes(seen[2].cursor, 3);
    expect(again.map(({ action, cursor }) => [action, cursor])).toEqual(
      seen.slice(3).map(({ action, cursor }) => [action, cursor]),
    );
  });

  it('shows each draft as it stands, while the record stands still', async () => {
    const { id: draftId } = await drafted(ann, { text: 'Quiet.' });
    const client = world.client({ key: ann.key });
    const live = client.iterate<any>({ query: LIVE, variables: { talks, after: await cursor() } });
    const next = async () => (await live.next()).value.data.drafts.draft;
    await ann.do('editDraft', { draftId, revision: 1, content: statement({ text: 'One.' }) });
    expect(await next()).toMatchObject({ revision: 2, text: 'One.' });
    await eve.do('commentOnDraft', { draftId, text: 'Two.' });
    expect(await next()).toMatchObject({ comments: { nodes: [{ text: 'Two.' }] } });
    await ann.do('editDraft', { draftId, revision: 2, content: statement({ text: 'Three.' }) });
    expect(await next()).toMatchObject({ revision: 3, text: 'Three.', comments: { nodes: [{ text: 'Two.' }] } });
    await live.return?.();
  });

  it('is for the desk, and takes no cursor of the record', async () => {
    const refused = async (key: string | undefined, after: string | null) => {
      const socket = await greetedSocket(world.url, key === undefined ? {} : { key });
      socket.subscribe('refused', LIVE, { talks, after });
      const { payload } = await socket.next();
      return payload.errors[0].extensions.code;
    };
    expect(await refused(undefined, null)).toBe('UNAUTHENTICATED');
    expect(await refused(await world.key('READER'), null)).toBe('FORBIDDEN');
    const { head } = (await world.query('{ head }')).data;
    expect(await refused(ann.key, head)).toBe('BAD_CURSOR');
    const { errors } = await world.query(
      'query A($c: Cursor!) { negotiation(slug: "talks", asOf: { cursor: $c }) { id } }',
      {
        c: await cursor(),
      },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_CURSOR' } }]);
  });

  it('tells the public nothing: neither its timeline nor its cursor moves', async () => {
    const before = (await world.query('{ head }')).data;
    const { id: draftId } = await drafted(ann, { text: 'Hidden.' });
    await eve.do('commentOnDraft', { draftId, text: 'Hidden.' });
    await ann.do('discardDraft', { draftId }, 'draftId');
    expect((await world.query('{ head }')).data).toEqual(before);
  });
});
