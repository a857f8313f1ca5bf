import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importRecords } from '../src/transfer/import.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
});
afterAll(() => world.stop());

async function refusal(name: string, input: object): Promise<object> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { data, errors } = await world.desk(
    `mutation Refused($input: ${type}Input!) { ${name}(input: $input) {
      __typename ... on Error { message } ... on AlreadyRecordedError { given } } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[name];
}

async function head(): Promise<string> {
  return (await world.query('{ head }')).data.head;
}

describe('an input that is given again under its external id', () => {
  it('is answered as it was the first time, whatever came after it', async () => {
    await publish(world, 'said');
    const input = {
      externalId: 'said-corrected',
      statementId: 'said',
      revision: 1,
      note: 'x',
      changes: { text: 'Seven.' },
    };
    const asked = 'statement { text revision }';
    const first = await world.write('correctStatement', input, asked);
    await world.write('correctStatement', { statementId: 'said', revision: 2, note: 'x', changes: { text: 'Six.' } });
    expect(await world.write('correctStatement', input, asked)).toEqual(first);
    expect(first.statement).toEqual({ text: 'Seven.', revision: 2 });
  });

  it('is the same whether what it does not say is null or left out, at any depth', async () => {
    const person = { externalId: 'bea', name: 'Bea' };
    const first = await world.write('recordPerson', { ...person, description: null }, 'person { id }');
    expect(await world.write('recordPerson', person, 'person { id }')).toEqual(first);
    const one = {
      externalId: 'sparse',
      negotiationId: 'talks',
      content: statement({ appearances: [{ reportId: 'story', exact: null }] }),
    };
    const other = { ...one, content: statement({ appearances: [{ reportId: 'story' }] }) };
    const published = await world.write('publishStatement', one, 'statement { id }');
    expect(await world.write('publishStatement', other, 'statement { id }')).toEqual(published);
  });

  it('is another where null takes something away and leaving it out does not', async () => {
    await publish(world, 'addressed', { addressedToId: 'company' });
    const correction = { externalId: 'addressed-corrected', statementId: 'addressed', revision: 1, note: 'x' };
    await world.write('correctStatement', { ...correction, changes: { text: 'Otherwise.' } });
    expect(
      await refusal('correctStatement', { ...correction, changes: { text: 'Otherwise.', addressedToId: null } }),
    ).toMatchObject({ __typename: 'AlreadyRecordedError' });
  });
});

describe('the external id of an expunged statement', () => {
  beforeAll(async () => {
    await publish(world, 'erased');
    await world.write('expungeStatement', { externalId: 'erasure', statementId: 'erased', reason: 'A court order.' });
  });

  it('stays taken: whatever is given under it is refused, and nothing is written', async () => {
    const before = await head();
    const refused = { __typename: 'WithdrawnError', message: expect.stringContaining('“erased” was expunged') };
    expect(
      await refusal('publishStatement', { externalId: 'erased', negotiationId: 'talks', content: statement() }),
    ).toEqual(refused);
    expect(await refusal('recordPerson', { externalId: 'erased', name: 'Somebody' })).toEqual(refused);
    expect(await head()).toBe(before);
  });

  it('is no problem of an import that brings the statement again: it is passed over', async () => {
    const lines = [
      { publishStatement: { externalId: 'erased', negotiationId: 'talks', content: statement() } },
      { recordPerson: { externalId: 'after', name: 'After' } },
    ];
    const problems: object[] = [];
    const progress = await importRecords(world.server.ledger, linesOf(lines), {
      onProblem: (problem) => problems.push(problem),
    });
    expect(problems).toEqual([]);
    expect(progress).toMatchObject({ recorded: 1, alreadyRecorded: 1 });
  });

  it('is a problem of an import that gives it to something of another kind', async () => {
    const problems: object[] = [];
    const lines = [{ recordPerson: { externalId: 'erased', name: 'Somebody' } }];
    await importRecords(world.server.ledger, linesOf(lines), { onProblem: (problem) => problems.push(problem) });
    expect(problems).toMatchObject([
      { line: 1, path: ['externalId'], message: expect.stringContaining('was expunged') },
    ]);
  });

  it('leaves that of the expunction itself, which can be given again', async () => {
    const again = { externalId: 'erasure', statementId: 'erased', reason: 'A court order.' };
    const before = await head();
    expect(await world.write('expungeStatement', again, 'statement { state }')).toMatchObject({
      statement: { state: 'EXPUNGED' },
    });
    expect(await head()).toBe(before);
  });
});

async function* linesOf(records: readonly object[]) {
  yield Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
