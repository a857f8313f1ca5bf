import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRAFT, drafted, type Somebody, somebody } from './support/desk.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let ann: Somebody;
let ben: Somebody;
let eve: Somebody;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  [ann, ben, eve] = await Promise.all([
    somebody(world, 'REPORTER', 'Ann'),
    somebody(world, 'REPORTER', 'Ben'),
    somebody(world, 'EDITOR', 'Eve'),
  ]);
});
afterAll(() => world.stop());

const invalid = (...path: string[]) => ({ __typename: 'InvalidInputError', problems: [{ path }] });

async function waiting(selection: string): Promise<any[]> {
  const { data } = await world.as(ann.key, `{ negotiation(slug: "talks") { id } }`);
  const { data: found } = await world.as(
    ann.key,
    `query Waiting($id: ID!) { drafts(negotiationId: $id, first: 100) { nodes { ${selection} } } }`,
    { id: data.negotiation.id },
  );
  return found.drafts.nodes;
}

describe('two who edit one draft', () => {
  it('write one after the other, and the second learns the revision in force and who made it', async () => {
    const { id } = await drafted(ann);
    const edit = (by: Somebody, revision: number, text: string) =>
      by.do('editDraft', { draftId: id, revision, content: statement({ text }) });
    expect(await edit(ben, 1, 'Ben’s words.')).toMatchObject({
      draft: { revision: 2, changedBy: 'Ben', text: 'Ben’s words.' },
    });
    expect(await edit(ann, 1, 'Ann’s words.')).toEqual({
      __typename: 'ConflictError',
      message: expect.stringContaining('the one in force is 2, by Ben'),
      currentRevision: 2,
      changedBy: 'Ben',
    });
    const both = await Promise.all([edit(ann, 2, 'One.'), edit(ben, 2, 'Other.')]);
    expect(both.map(({ __typename }) => __typename).sort()).toEqual(['ConflictError', 'EditDraftPayload']);
    expect((await waiting('id revision')).find((draft) => draft.id === id)?.revision).toBe(3);
  });

  it('see what it said before, and who wrote that', async () => {
    const { id } = await drafted(ann, { text: 'First.' });
    await ben.do('editDraft', { draftId: id, revision: 1, content: statement({ text: 'Second.' }) });
    await ben.do('submitDraft', { draftId: id, revision: 2 });
    const [draft] = (await waiting('id content revisions(first: 5) { nodes { revision changedBy content } }')).filter(
      (one) => one.id === id,
    );
    expect(draft.revisions.nodes).toMatchObject([
      { revision: 2, changedBy: 'Ben', content: { text: 'Second.' } },
      { revision: 1, changedBy: 'Ann', content: { text: 'First.' } },
    ]);
    // What it says is what an edit takes.
    const edited = { ...draft.content, text: 'Third.' };
    expect(await ann.do('editDraft', { draftId: id, revision: 3, content: edited })).toMatchObject({
      draft: { text: 'Third.', state: 'SUBMITTED' },
    });
  });

  it('are told when an edit leaves everything as it is', async () => {
    const { id } = await drafted(ann);
    expect(await ann.do('editDraft', { draftId: id, revision: 1, content: statement() })).toMatchObject(
      invalid('content'),
    );
  });
});

describe('a draft', () => {
  it('goes to an editor, back with a reason, and to the editor again', async () => {
    const { id: draftId } = await drafted(ann);
    expect(await ben.do('returnDraft', { draftId, revision: 1, reason: 'x' })).toEqual({ __typename: 'FORBIDDEN' });
    expect(await eve.do('returnDraft', { draftId, revision: 1, reason: 'x' })).toMatchObject(invalid('draftId'));
    expect(await ann.do('submitDraft', { draftId, revision: 1 })).toMatchObject({ draft: { state: 'SUBMITTED' } });
    expect(await ann.do('submitDraft', { draftId, revision: 2 })).toMatchObject(invalid('draftId'));
    expect(await eve.do('returnDraft', { draftId, revision: 2, reason: 'Which Monday?' })).toMatchObject({
      draft: { state: 'DRAFT', note: 'Which Monday?', changedBy: 'Eve', revision: 3 },
    });
    expect(await ann.do('submitDraft', { draftId, revision: 3 })).toMatchObject({
      draft: { state: 'SUBMITTED', note: null },
    });
    expect(await eve.do('publishDraft', { draftId, revision: 4 }, 'statement { text }')).toMatchObject({
      __typename: 'PublishDraftPayload',
    });
  });

  it('is commented on by the desk, for the desk', async () => {
    const { id } = await drafted(ann);
    await eve.do('commentOnDraft', { draftId: id, text: 'Who heard it?' });
    await ann.do('commentOnDraft', { draftId: id, text: 'I did.' });
    const [draft] = (await waiting('id revision comments(first: 5) { nodes { author text revision } }')).filter(
      (one) => one.id === id,
    );
    expect(draft).toMatchObject({
      revision: 1,
      comments: {
        nodes: [
          { author: 'Eve', text: 'Who heard it?', revision: 1 },
          { author: 'Ann', text: 'I did.', revision: 1 },
        ],
      },
    });
    expect(await ann.do('commentOnDraft', { draftId: id, text: ' ' })).toMatchObject(invalid('text'));
  });

  it('that is discarded is gone, with its words, what it said before and what was said about it', async () => {
    const { id: draftId } = await drafted(ann, { text: 'Never to be known.' });
    await ann.do('editDraft', { draftId, revision: 1, content: statement({ text: 'Nor this.' }) });
    await eve.do('commentOnDraft', { draftId, text: 'Too dangerous.' });
    await eve.do('discardDraft', { draftId }, 'draftId');
    const gone = {
      __typename: 'ConflictError',
      message: 'This draft is gone: it was discarded by Eve.',
      changedBy: 'Eve',
    };
    const head = (await world.query('{ head }')).data;
    expect(await eve.do('publishDraft', { draftId }, 'cursor')).toMatchObject(gone);
    expect(await ann.do('editDraft', { draftId, revision: 2, content: statement() })).toMatchObject(gone);
    expect(await ann.do('commentOnDraft', { draftId, text: 'x' })).toMatchObject(gone);
    expect((await world.query('{ head }')).data).toEqual(head);
    const { prisma } = world.database;
    const kept = [
      await prisma.draft.findMany(),
      await prisma.draftRevision.findMany(),
      await prisma.draftComment.findMany(),
    ];
    for (const words of ['Never to be known', 'Nor this', 'Too dangerous'])
      expect(JSON.stringify(kept)).not.toContain(words);
  });
});

describe('where the desk asks for four eyes', () => {
  it('nobody publishes or corrects alone, and what has to go now may be withdrawn by one', async () => {
    await using strict = await openWorld({ FOUR_EYES: 'true' });
    await seedTalks(strict);
    const [reporter, editor] = await Promise.all([
      somebody(strict, 'REPORTER', 'Reporter'),
      somebody(strict, 'EDITOR', 'Editor'),
    ]);
    expect(await editor.do('publishStatement', { negotiationId: 'talks', content: statement() }, 'cursor')).toEqual({
      __typename: 'FourEyesError',
      message: 'This desk asks for four eyes: draft it, and have another editor publish it.',
    });
    const { id: draftId } = await drafted(reporter);
    const { statement: said } = await editor.do('publishDraft', { draftId, revision: 1 }, 'statement { id revision }');
    const changes = { statementId: said.id, revision: 1, note: 'Other words.', changes: { text: 'Other words.' } };
    expect(await editor.do('correctStatement', changes, 'cursor')).toEqual({
      __typename: 'FourEyesError',
      message:
        'This desk asks for four eyes: draft the statement as it should be, have another editor publish it, and withdraw this one.',
    });
    const { data } = await strict.query('{ changes(last: 1) { nodes { action } } }');
    expect(data.changes.nodes).toEqual([{ action: 'PUBLISHED' }]);
    const withdrawal = { statementId: said.id, revision: 1, reason: 'It endangers somebody.' };
    expect(await editor.do('withdrawStatement', withdrawal, 'statement { state }')).toMatchObject({
      statement: { state: 'WITHDRAWN' },
    });
  });

  it('whoever wrote any of a draft does not let it be published, and who does says what they read', async () => {
    await using strict = await openWorld({ FOUR_EYES: 'true' });
    await seedTalks(strict);
    const [reporter, editor, other] = await Promise.all([
      somebody(strict, 'REPORTER', 'Reporter'),
      somebody(strict, 'EDITOR', 'Editor'),
      somebody(strict, 'EDITOR', 'Other'),
    ]);
    const { id: draftId } = await drafted(reporter);
    await editor.do('editDraft', { draftId, revision: 1, content: statement({ text: 'Better words.' }) });
    await editor.do('submitDraft', { draftId, revision: 2 });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    for (const [name, more] of [
      ['publishDraft', {}],
      ['embargoDraft', { until }],
    ] as const) {
      expect(await editor.do(name, { draftId, revision: 3, ...more }, '__typename')).toMatchObject(invalid('draftId'));
    }
    expect(await other.do('publishDraft', { draftId }, 'cursor')).toMatchObject(invalid('revision'));
    const { id: held } = await drafted(reporter);
    await editor.do('editDraft', { draftId: held, revision: 1, content: statement({ text: 'Held words.' }) });
    await other.do('embargoDraft', { draftId: held, revision: 2, until });
    expect(await editor.do('liftEmbargo', { draftId: held, revision: 3 }, '__typename')).toMatchObject(
      invalid('draftId'),
    );
    expect(await other.do('liftEmbargo', { draftId: held, revision: 3 }, 'statement { text }')).toMatchObject({
      statement: { text: 'Held words.' },
    });
    expect(await other.do('publishDraft', { draftId, revision: 3 }, 'statement { text }')).toMatchObject({
      statement: { text: 'Better words.' },
    });
  });
});

describe('an embargo', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  it('is set by an editor, moved, killed, and lifted', async () => {
    const { id: draftId } = await drafted(ann, { text: 'Under embargo.' });
    const until = inAnHour();
    expect(await ann.do('embargoDraft', { draftId, revision: 1, until })).toEqual({ __typename: 'FORBIDDEN' });
    expect(await eve.do('embargoDraft', { draftId, revision: 1, until })).toMatchObject({
      draft: { state: 'EMBARGOED', embargoedUntil: until, revision: 2 },
    });
    // What an editor let through stays as they read it.
    expect(await ann.do('editDraft', { draftId, revision: 2, content: statement() })).toMatchObject(invalid('draftId'));
    expect(await eve.do('publishDraft', { draftId, revision: 2 }, 'cursor')).toMatchObject(invalid('draftId'));
    expect(await ann.do('discardDraft', { draftId, revision: 2 }, 'draftId')).toEqual({ __typename: 'FORBIDDEN' });
    const later = inAnHour();
    expect(await eve.do('embargoDraft', { draftId, revision: 2, until: later })).toMatchObject({
      draft: { embargoedUntil: later },
    });
    expect(await eve.do('killEmbargo', { draftId, revision: 3, reason: 'They asked us.' })).toMatchObject({
      draft: { state: 'DRAFT', embargoedUntil: null, note: 'They asked us.' },
    });
    expect(await eve.do('liftEmbargo', { draftId, revision: 4 }, 'cursor')).toMatchObject(invalid('draftId'));
    await eve.do('embargoDraft', { draftId, revision: 4, until });
    expect(await eve.do('liftEmbargo', { draftId, revision: 5 }, 'statement { text }')).toMatchObject({
      statement: { text: 'Under embargo.' },
    });
  });

  it('in the past, or of what cannot be published, is refused, and nothing is written', async () => {
    const { id: draftId } = await drafted(ann, { addressedToId: 'nobody' });
    const past = new Date(Date.now() - 1_000).toISOString();
    expect(await eve.do('embargoDraft', { draftId, revision: 1, until: past })).toMatchObject(invalid('until'));
    expect(await eve.do('embargoDraft', { draftId, revision: 1, until: inAnHour() })).toMatchObject({
      __typename: 'NotFoundError',
    });
    expect((await waiting('id state revision')).find(({ id }) => id === draftId)).toMatchObject({
      state: 'DRAFT',
      revision: 1,
    });
  });
});

describe('a mutation of drafts under an idempotency key', () => {
  it('is done once, and gives its first answer again after all that came later', async () => {
    const input = { negotiationId: 'talks', content: statement({ text: 'Once.' }) };
    const first = await ann.do('draftStatement', input, DRAFT, 'draft-1');
    const draftId = first.draft.id;
    await ben.do('editDraft', { draftId, revision: 1, content: statement({ text: 'Changed since.' }) });
    expect(await ann.do('draftStatement', input, DRAFT, 'draft-1')).toEqual(first);
    const discarded = await ann.do('discardDraft', { draftId }, 'draftId', 'discard-1');
    expect(discarded).toEqual({ __typename: 'DiscardDraftPayload', draftId });
    expect(await ann.do('discardDraft', { draftId }, 'draftId', 'discard-1')).toEqual(discarded);
    expect(await ann.do('discardDraft', { draftId }, 'draftId', 'discard-2')).toMatchObject({
      __typename: 'ConflictError',
    });
  });
});
