import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Somebody, somebody } from './support/desk.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let eve: Somebody;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  eve = await somebody(world, 'EDITOR', 'Eve');
});
afterAll(() => world.stop());

const PUBLISHED = 'cursor recordedAt statement { id text revision }';
const saying = (text: string) => ({ negotiationId: 'talks', content: statement({ text }) });

async function head(): Promise<string> {
  return (await world.query('{ head }')).data.head;
}

describe('a mutation under an idempotency key', () => {
  it('gives the first answer again for the same input, whatever came after it, and does nothing', async () => {
    const first = await eve.do('publishStatement', saying('Once.'), PUBLISHED, 'a');
    await eve.do(
      'correctStatement',
      { statementId: first.statement.id, revision: 1, note: 'x', changes: { text: 'Twice.' } },
      'cursor',
    );
    const before = await head();
    expect(await eve.do('publishStatement', saying('Once.'), PUBLISHED, 'a')).toEqual(first);
    expect(await head()).toBe(before);
    expect(first).toMatchObject({ __typename: 'PublishStatementPayload', statement: { text: 'Once.', revision: 1 } });
  });

  it('is refused with another input, or for another mutation', async () => {
    await eve.do('recordPerson', { name: 'Bea' }, 'cursor', 'b');
    const before = await head();
    const refused = { __typename: 'AlreadyRecordedError', message: expect.stringContaining('“b” was used') };
    expect(await eve.do('recordPerson', { name: 'Cleo' }, 'cursor', 'b')).toMatchObject(refused);
    expect(await eve.do('publishStatement', saying('Other.'), 'cursor', 'b')).toMatchObject(refused);
    expect(await head()).toBe(before);
  });

  it('is done once when it comes many times at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => eve.do('publishStatement', saying('Dockers marching.'), PUBLISHED, 'c')),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.__typename).toBe('PublishStatementPayload');
    const { data } = await world.query('{ search(query: "\\"Dockers marching\\"") { nodes { id } } }');
    expect(data.search.nodes).toHaveLength(1);
  });

  it('may come again after a refusal, which did nothing', async () => {
    const later = { negotiationId: 'talks', content: statement({ text: 'To Dan.', addressedToId: 'dan' }) };
    expect(await eve.do('publishStatement', later, 'cursor', 'd')).toMatchObject({ __typename: 'NotFoundError' });
    await world.write('recordPerson', { externalId: 'dan', name: 'Dan' });
    expect(await eve.do('publishStatement', later, 'cursor', 'd')).toMatchObject({
      __typename: 'PublishStatementPayload',
    });
  });

  it('is its caller’s own: another account may use the same key', async () => {
    const other = await somebody(world, 'EDITOR', 'Other');
    const [one, two] = [
      await eve.do('publishStatement', saying('Eve’s.'), PUBLISHED, 'e'),
      await other.do('publishStatement', saying('Other’s.'), PUBLISHED, 'e'),
    ];
    expect([one, two].map(({ statement: { text } }) => text)).toEqual(['Eve’s.', 'Other’s.']);
  });

  it('is remembered beside an external id too', async () => {
    await publish(world, 'known');
    const known = { externalId: 'known', ...saying('The union wants eight per cent.') };
    const first = await eve.do('publishStatement', known, PUBLISHED, 'f');
    expect(first.__typename).toBe('PublishStatementPayload');
    expect(await eve.do('publishStatement', known, PUBLISHED, 'f')).toEqual(first);
    expect(await eve.do('publishStatement', saying('Other.'), 'cursor', 'f')).toMatchObject({
      __typename: 'AlreadyRecordedError',
    });
  });

  it('is forgotten after 24 hours', async () => {
    const { prisma } = world.database;
    const first = await eve.do('publishStatement', saying('Every day.'), PUBLISHED, 'g');
    const aDayAgo = (ms: number) => new Date(Date.now() - 86_400_000 + ms);
    await prisma.idempotencyKey.updateMany({ where: { key: 'g' }, data: { createdAt: aDayAgo(600_000) } });
    expect(await eve.do('publishStatement', saying('Every day.'), PUBLISHED, 'g')).toEqual(first);
    await prisma.idempotencyKey.updateMany({ where: { key: 'g' }, data: { createdAt: aDayAgo(-1) } });
    const second = await eve.do('publishStatement', saying('Every day.'), PUBLISHED, 'g');
    expect(second.statement.id).not.toBe(first.statement.id);
  });

  it('stays used when what it wrote is expunged, and shows nothing of it', async () => {
    const first = await eve.do('publishStatement', saying('To be erased.'), PUBLISHED, 'h');
    await world.write('expungeStatement', { statementId: first.statement.id, reason: 'A court order.' });
    const before = await head();
    expect(await eve.do('publishStatement', saying('To be erased.'), PUBLISHED, 'h')).toMatchObject({
      __typename: 'WithdrawnError',
    });
    expect(await head()).toBe(before);
  });

  it('has to be a key', async () => {
    for (const key of ['', 'two words', 'x'.repeat(201)]) {
      expect(await eve.do('publishStatement', saying('x'), 'cursor', key)).toMatchObject({
        __typename: 'InvalidInputError',
        problems: [{ path: ['idempotencyKey'] }],
      });
    }
  });
});
