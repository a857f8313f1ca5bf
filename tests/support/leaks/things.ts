import { drafted, somebody } from '../desk.ts';
import { publish, statement } from '../talks.ts';
import type { World } from '../world.ts';

/** What is looked for in all that anybody gets: a word for each state in which something may be. */
export const MARKS = {
  public: 'zqpublic',
  draft: 'zqdraft',
  embargoed: 'zqembargoed',
  judged: 'zqjudged',
  restricted: 'zqrestricted',
  'restricted draft': 'zqbehind',
  'restricted judgement': 'zqweighed',
  'restricted since': 'zqturned',
  withdrawn: 'zqwithdrawn',
  expunged: 'zqexpunged',
} as const;

/** What the last draft of all talks says. */
export const LAST_DRAFT = 'The last draft.';

export type State = keyof typeof MARKS;
export const STATES = Object.keys(MARKS) as State[];

/** Content that has the mark wherever a statement has words. */
function marked(mark: string, changes: object = {}): Record<string, unknown> {
  return statement({
    text: `It is said that ${mark} is so.`,
    source: { kind: 'NAMED_PERSON', personId: 'ada', onBehalfOfId: 'union', descriptor: `the ${mark} secretary` },
    appearances: [{ reportId: 'story', exact: mark, prefix: `before ${mark}`, medium: `the ${mark} hour` }],
    translations: [{ language: 'sv', text: `översatt ${mark}`, by: 'DESK', translator: mark }],
    ...changes,
  });
}

/** What there is before anybody follows anything: what was said in public, and what was closed or erased since. */
export async function writeBefore(world: World): Promise<void> {
  const other = { externalId: 'elsewhere', slug: 'elsewhere', title: 'Elsewhere', status: 'ACTIVE' };
  await world.write('openNegotiation', { ...other, access: 'RESTRICTED' });
  const told = statement({ text: 'Elsewhere, something is told.', appearances: [] });
  await world.write('publishStatement', { negotiationId: 'elsewhere', content: told });
  for (const [slug, access] of [
    ['closed', 'RESTRICTED'],
    ['turned', 'PUBLIC'],
  ] as const) {
    const mark = slug === 'closed' ? MARKS.restricted : MARKS['restricted since'];
    const own = { negotiationId: slug };
    await world.write('openNegotiation', {
      externalId: slug,
      slug,
      title: `Talks of ${mark}`,
      summary: mark,
      status: 'ACTIVE',
      access,
    });
    await world.write('recordPerson', { ...own, externalId: `${slug}-person`, name: `Olof ${mark}`, aliases: [mark] });
    await world.write('recordOrganization', {
      ...own,
      externalId: `${slug}-body`,
      name: `Office ${mark}`,
      kind: 'OTHER',
    });
    await world.write('recordPost', {
      ...own,
      externalId: `${slug}-post`,
      personId: `${slug}-person`,
      organizationId: `${slug}-body`,
      title: `envoy of ${mark}`,
    });
    await world.write('recordReport', {
      ...own,
      externalId: `${slug}-report`,
      outletId: `${slug}-body`,
      kind: 'RELEASE',
      headline: `News of ${mark}`,
    });
    await world.write('joinNegotiation', { ...own, actorId: 'union', role: 'PRINCIPAL' });
    await world.write('joinNegotiation', { ...own, actorId: `${slug}-body`, role: 'MEDIATOR' });
    await world.write('addTerm', { ...own, externalId: `${slug}-term`, title: `Term ${mark}`, category: 'OTHER' });
    await world.write('recordEvent', { ...own, externalId: `${slug}-event`, title: `Event ${mark}`, kind: 'MEETING' });
    await world.write('recordHeldGroup', { ...own, externalId: `${slug}-group`, descriptor: `people ${mark}` });
    await world.write('publishStatement', {
      ...own,
      externalId: `${slug}-first`,
      content: marked(mark, {
        appearances: [{ reportId: `${slug}-report`, exact: mark }],
        stances: [{ termId: `${slug}-term`, partyId: 'union', kind: 'DEMANDS', note: mark }],
        impacts: [{ eventId: `${slug}-event`, effect: 'HELPS', note: mark }],
        countClaims: [{ heldGroupId: `${slug}-group`, words: mark }],
        aboutIds: [`${slug}-term`],
      }),
    });
    await world.write('tableProposal', {
      ...own,
      externalId: `${slug}-proposal`,
      title: `Proposal ${mark}`,
      byId: 'union',
      toIds: [`${slug}-body`],
      items: [{ side: 'GIVES', text: mark, termId: `${slug}-term` }],
      statementId: `${slug}-first`,
    });
    await world.write('answerProposal', {
      proposalId: `${slug}-proposal`,
      byId: `${slug}-body`,
      kind: 'REJECT',
      statementId: `${slug}-first`,
    });
  }
  await publish(world, 'expunged', marked(MARKS.expunged));
  await world.write('correctStatement', {
    statementId: 'expunged',
    revision: 1,
    note: `Not ${MARKS.expunged}.`,
    changes: { text: `${MARKS.expunged}, corrected.` },
  });
  await world.write('expungeStatement', { statementId: 'expunged', reason: 'For reasons of safety.' });
}

/** A statement in the talks `turned`, the same whenever it is asked for: whoever said it once is answered what they were. */
export function said<Answer>(ask: (mutation: string, variables: object) => Answer): Answer {
  const content = marked(MARKS['restricted since'], { appearances: [] });
  return ask(
    `mutation Said($input: PublishStatementInput!) { publishStatement(input: $input, idempotencyKey: "said") {
      __typename ... on PublishStatementPayload { cursor statement { text } } } }`,
    { input: { negotiationId: 'turned', content } },
  );
}

/** Closes the talks `turned`, after some have said something in them. */
export async function closeTurned(world: World, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const { data } = await said((mutation, variables) => world.as(key, mutation, variables));
    if (data.publishStatement.statement === undefined) throw new Error(JSON.stringify(data));
  }
  const { negotiation } = (await world.query('{ negotiation(slug: "turned") { id } }')).data;
  await world.write('changeNegotiationAccess', { negotiationId: negotiation.id, access: 'RESTRICTED' });
}

/** What is written while everybody follows what they may. The last of it is a public statement that says `last`. */
export async function writeMeanwhile(world: World): Promise<void> {
  await publish(world, 'public', marked(MARKS.public));
  await publish(world, 'withdrawn', marked(MARKS.withdrawn));
  await world.write('withdrawStatement', {
    statementId: 'withdrawn',
    revision: 1,
    reason: `${MARKS.withdrawn} is not so.`,
  });
  for (const slug of ['closed', 'turned']) {
    const mark = slug === 'closed' ? MARKS.restricted : MARKS['restricted since'];
    await world.write('publishStatement', {
      negotiationId: slug,
      content: marked(mark, { relations: [{ kind: 'CORROBORATES', toId: 'public' }] }),
    });
  }
  await judge(world, 'talks', MARKS.judged);
  await judge(world, 'closed', MARKS['restricted judgement']);
  await draftIn(world, 'closed', marked(MARKS['restricted draft']));
  const editor = await somebody(world, 'EDITOR', 'the desk');
  // Both are about a statement that everybody reads, as the words that are to stand in its place are.
  const relations = [{ kind: 'SHIFTS_FROM', toId: 'public' }];
  await drafted(editor, marked(MARKS.draft, { relations }));
  const { id: draftId, revision } = await drafted(editor, marked(MARKS.embargoed, { relations }));
  await editor.do('commentOnDraft', { draftId, text: `Ask about ${MARKS.embargoed}.` });
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const { draft } = await editor.do('embargoDraft', { draftId, revision, until });
  if (draft?.state !== 'EMBARGOED') throw new Error('the draft is not under embargo');
  for (const slug of ['talks', 'closed', 'turned', 'elsewhere'])
    await draftIn(world, slug, statement({ text: LAST_DRAFT }));
  await publish(world, 'last', { text: 'This is the last.' });
}

/** Takes the unnamed sources of two statements for one, and says why with a mark. */
async function judge(world: World, negotiationId: string, mark: string): Promise<void> {
  const source = { kind: 'UNNAMED_PERSON', descriptor: 'an official' };
  const ids: string[] = [];
  for (const text of ['One is told.', 'Another is told.']) {
    const content = statement({ text, source, attributionLevel: 'BACKGROUND', appearances: [] });
    const given = await world.write('publishStatement', { negotiationId, content }, 'statement { id }');
    ids.push(given.statement.id);
  }
  const [statementId, otherStatementId] = ids;
  await world.write('joinSources', { statementId, otherStatementId, reason: `They are one: ${mark}.` });
}

/** Drafts something, as whoever was let into all talks. */
async function draftIn(world: World, negotiationId: string, content: object): Promise<void> {
  const { data, errors } = await world.as(
    await world.key('ADMIN'),
    `mutation D($input: DraftStatementInput!) { draftStatement(input: $input) { __typename } }`,
    { input: { negotiationId, content } },
  );
  if (data?.draftStatement.__typename !== 'DraftStatementPayload') throw new Error(JSON.stringify(errors ?? data));
}
