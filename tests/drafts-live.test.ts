import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drafted, type Somebody, somebody } from './support/desk.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
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

const FOLLOW =
  'subscription F($talks: ID!) { statements(negotiationId: $talks) { ... on StatementEvent { statement { text } } } }';

/** What a draft says that is to stand in the place of a statement. */
const mending = (toId: string) => ({
  text: 'The union wants nine per cent.',
  relations: [{ kind: 'SHIFTS_FROM', toId }],
});

/** All that somebody is given of a statement and the talks around it, and how each way of changing it is refused them. */
async function seenOf(id: string, key: string | null): Promise<string> {
  const deeds = [
    [
      'correctStatement',
      { statementId: id, revision: 1, note: 'x', externalId: 'instead', changes: { text: 'Nine.' } },
    ],
    ['correctStatement', { statementId: id, revision: 9, note: 'x', changes: { text: 'Nine.' } }],
    ['withdrawStatement', { statementId: id, revision: 1, reason: 'x' }],
    ['draftStatement', { externalId: 'instead', negotiationId: 'talks', content: statement() }],
  ] as const;
  const answers = [
    await world.as(key, READ, { id }),
    await world.as(key, '{ changes(first: 100) { edges { cursor node { kind note } } } head }'),
    await world.as(key, '{ search(query: "nine") { nodes { text } } }'),
  ];
  for (const [name, input] of deeds) {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    answers.push(
      await world.as(key, `mutation D($input: ${type}!) { ${name}(input: $input) { __typename } }`, { input }),
    );
  }
  return JSON.stringify(answers);
}

const READ = `query R($id: ID!) { statement(id: $id) { revision state text
    history(first: 10) { edges { cursor node { action note } } }
    relatedBy(first: 10) { edges { cursor node { kind } } } relations { kind } independentChains }
  negotiation(slug: "talks") { cursor statements(first: 50) { edges { cursor node { text } } pageInfo { hasNextPage } } } }`;

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

  it.each(['log', 'pages'])(
    'gives nobody the words of a draft that is gone, whoever was told of it before: %s',
    async (kept) => {
      const after = await cursor();
      const query = `# ${kept}\n${LIVE}`;
      const follower = await greetedSocket(world.url, { key: ann.key });
      const follow = () => follower.subscribe('live', query, { talks, after });
      if (kept === 'log') {
        follow();
        await follower.ask('begun', '{ head }');
      }
      const { id: draftId } = await drafted(ann, { text: 'It was Zebedee who said so.' });
      if (kept === 'pages') follow();
      expect(JSON.stringify(await follower.events('live', 1))).toContain('Zebedee');
      await ann.do('discardDraft', { draftId }, 'draftId');
      await follower.events('live', 1);
      const late = await greetedSocket(world.url, { key: ann.key });
      late.subscribe('late', query, { talks, after });
      const events = await late.events('late', 2);
      expect(events.map(({ data }) => [data.drafts.action, data.drafts.draft])).toEqual([
        ['BEGUN', null],
        ['DISCARDED', null],
      ]);
    },
  );

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

  it('tells them nothing of words that are to stand in the place of a statement either, to the byte', async () => {
    const statementId = await publish(world, 'standing');
    const reader = await world.key('READER');
    const socket = await greetedSocket(world.url, { key: reader });
    socket.subscribe('live', FOLLOW, { talks });
    await socket.ask('begun', '{ head }');
    const seen = () => Promise.all([null, reader].map((key) => seenOf(statementId, key)));
    const before = await seen();
    for (const answers of before) {
      expect(answers).toContain('eight per cent');
      expect(answers).not.toMatch(/VALIDATION|BAD_USER_INPUT|BAD_CURSOR|TOO_COSTLY|NotFound/);
    }

    const instead = { externalId: 'instead', negotiationId: 'talks', content: statement(mending(statementId)) };
    const { draft } = await ann.do('draftStatement', instead);
    expect(draft).toMatchObject({ state: 'DRAFT' });
    expect(await seen()).toEqual(before);
    const draftId = draft.id;
    const content = statement({ ...mending(statementId), text: 'Nine per cent, they say now.' });
    await ann.do('editDraft', { draftId, revision: 1, content });
    await eve.do('commentOnDraft', { draftId, text: 'Nine?' });
    await ann.do('submitDraft', { draftId, revision: 2 });
    await eve.do('returnDraft', { draftId, revision: 3, reason: 'Nine?' });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect(await eve.do('embargoDraft', { draftId, revision: 4, until })).toMatchObject({
      draft: { state: 'EMBARGOED' },
    });
    expect(await seen()).toEqual(before);
    await publish(world, 'after');
    const [told] = await socket.events('live', 1);
    expect(told.data.statements.statement.text).toBe('The union wants eight per cent.');
    expect(socket.received.filter(({ id, type }) => id === 'live' && type === 'next')).toHaveLength(1);
    // Looked for in the way in which they are then found.
    await eve.do('liftEmbargo', { draftId, revision: 5 }, 'cursor');
    for (const answers of await seen()) expect(answers).toMatch(/SHIFTS_FROM.*Nine per cent/);
  });
});
