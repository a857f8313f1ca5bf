import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
});
afterAll(() => world.stop());

const CHAINS = 'query Q($id: ID!, $at: AsOf) { statement(id: $id, asOf: $at) { independentChains } }';
const chains = async (id: string, at: string | null = null): Promise<number> => {
  const { data, errors } = await world.query(CHAINS, { id, at: at && { cursor: at } });
  expect(errors).toBeUndefined();
  return data.statement.independentChains;
};
const unnamed = (descriptor: string) => ({
  source: { kind: 'UNNAMED_PERSON', descriptor },
  attributionLevel: 'BACKGROUND',
});
const corroborates = (...to: string[]) => ({ relations: to.map((toId) => ({ kind: 'CORROBORATES', toId })) });

describe('the independent chains behind a statement', () => {
  it('are as many as there are origins of what corroborates it and of what it corroborates, at any moment', async () => {
    const first = await publish(world, 'first', unnamed('a senior official'));
    expect(await chains(first)).toBe(1);
    // The same words may be the same person.
    await publish(world, 'again', { ...unnamed('A  senior official'), ...corroborates('first') });
    expect(await chains(first)).toBe(1);
    const second = await publish(world, 'second', { ...unnamed('a docker'), ...corroborates('first') });
    expect([await chains(first), await chains(second)]).toEqual([2, 2]);
    const { head } = (await world.query<{ head: string }>('{ head }')).data;
    // Who held it first counts, whoever is quoted.
    const relayed = { relays: [{ kind: 'HOLDER', descriptor: 'A docker' }] };
    await publish(world, 'relayed', { ...relayed, ...corroborates('first') });
    expect(await chains(first)).toBe(2);
    await publish(world, 'named', corroborates('first', 'second'));
    expect([await chains(first), await chains(second)]).toEqual([3, 3]);
    await world.write('withdrawStatement', { statementId: 'second', revision: 1, reason: 'It was not said.' });
    await world.write('withdrawStatement', { statementId: 'relayed', revision: 1, reason: 'It was not said.' });
    expect([await chains(first), await chains(first, head)]).toEqual([2, 2]);
  });

  it('are counted in one query, and one chain where nobody knows the origin', async () => {
    const nobody = { source: { kind: 'UNKNOWN' }, attributionLevel: 'NOT_STATED' };
    const id = await publish(world, 'nobody', nobody);
    await publish(world, 'nobody-either', { ...nobody, ...corroborates('nobody') });
    expect(await chains(id)).toBe(1);
    const counting = (await sqlOf(() => chains(id))).filter((text) => /CORROBORATES/.test(text));
    expect(counting).toHaveLength(1);
  });
});
