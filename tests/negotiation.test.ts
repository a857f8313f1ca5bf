import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importRecords } from '../src/transfer/import.ts';
import { seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
});
afterAll(() => world.stop());

async function attempt(name: string, input: object): Promise<{ __typename: string; problems?: object[] }> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { data, errors } = await world.desk(
    `mutation Attempt($input: ${type}Input!) { ${name}(input: $input) {
      __typename ... on InvalidInputError { problems { path message } } } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[name];
}

const join = (more: object) =>
  attempt('joinNegotiation', { negotiationId: 'talks', actorId: 'branch', role: 'OBSERVER', ...more });

function problem(path: string, message: RegExp) {
  return { __typename: 'InvalidInputError', problems: [{ path: [path], message: expect.stringMatching(message) }] };
}

async function partsOf(name: string): Promise<number> {
  const { data } = await world.query(
    '{ negotiation(slug: "talks") { participations(first: 100) { nodes { role actor { name } } } } }',
  );
  return data.negotiation.participations.nodes.filter(({ actor }: { actor: { name: string } }) => actor.name === name)
    .length;
}

describe('joining talks', () => {
  it('is refused for a time at which the actor has that role already, and not for another role or time', async () => {
    expect(await attempt('joinNegotiation', { negotiationId: 'talks', actorId: 'union', role: 'PRINCIPAL' })).toEqual(
      problem('actorId', /already/),
    );
    expect((await join({ since: '2026-01-01', until: '2026-01-31' })).__typename).toBe('JoinNegotiationPayload');
    expect(await join({ since: '2026-01-31', until: '2026-02-28' })).toEqual(problem('actorId', /already/));
    expect(await join({})).toEqual(problem('actorId', /already/));
    expect((await join({ role: 'GUARANTOR' })).__typename).toBe('JoinNegotiationPayload');
    expect((await join({ since: '2026-02-01' })).__typename).toBe('JoinNegotiationPayload');
    expect(await partsOf('North Quay Branch')).toBe(3);
  });

  it('happens once of many at the same moment', async () => {
    await world.write('recordPerson', { externalId: 'cleo', name: 'Cleo' });
    const attempts = await Promise.all(
      Array.from({ length: 5 }, () =>
        attempt('joinNegotiation', { negotiationId: 'talks', actorId: 'cleo', role: 'MEDIATOR' }),
      ),
    );
    expect(attempts.filter(({ __typename }) => __typename === 'JoinNegotiationPayload')).toHaveLength(1);
    expect(await partsOf('Cleo')).toBe(1);
  });

  it('sees who joined and left before it in the same import', async () => {
    const joins = (n: number, more: object) => ({
      joinNegotiation: { externalId: `dora-${n}`, negotiationId: 'talks', actorId: 'dora', role: 'MEDIATOR', ...more },
    });
    const records = [
      { recordPerson: { externalId: 'dora', name: 'Dora' } },
      joins(1, { since: '2026-01-01' }),
      { leaveNegotiation: { externalId: 'dora-left', participationId: 'dora-1', until: '2026-01-31' } },
      joins(2, { since: '2026-02-01' }),
      joins(3, { since: '2026-03-01' }),
    ];
    const problems: object[] = [];
    async function* source() {
      yield Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    }
    await importRecords(world.server.ledger, source(), { check: true, onProblem: (found) => problems.push(found) });
    expect(problems).toMatchObject([{ line: 5, path: ['actorId'] }]);
  });
});

describe('leaving talks', () => {
  it('is refused on a day by which the actor had joined again', async () => {
    await world.write('recordPerson', { externalId: 'ed', name: 'Ed' });
    const joined = { negotiationId: 'talks', actorId: 'ed', role: 'OBSERVER' };
    await world.write('joinNegotiation', { ...joined, externalId: 'ed-1', since: '2026-01-01', until: '2026-01-31' });
    await world.write('joinNegotiation', { ...joined, externalId: 'ed-2', since: '2026-03-01' });
    expect(await attempt('leaveNegotiation', { participationId: 'ed-1', until: '2026-03-01' })).toEqual(
      problem('until', /already/),
    );
    expect((await attempt('leaveNegotiation', { participationId: 'ed-1', until: '2026-02-28' })).__typename).toBe(
      'LeaveNegotiationPayload',
    );
  });
});

describe('the status of talks', () => {
  it('is not changed to what it is', async () => {
    const before = await world.query('{ head }');
    expect(await attempt('changeNegotiationStatus', { negotiationId: 'talks', status: 'ACTIVE' })).toEqual(
      problem('status', /already/),
    );
    expect(await world.query('{ head }')).toEqual(before);
  });
});
