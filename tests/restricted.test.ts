import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import { cutSockets } from './support/raw-socket.ts';
import { restrictedDesk } from './support/restricted.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
/** An editor of the whole desk, who was given nothing in restricted talks. */
let outsider: string;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  outsider = await world.key('EDITOR');
});
afterAll(async () => {
  cutSockets();
  await world.stop();
});

const { idOf, openRestricted, changeAccess, say, attempt, head } = restrictedDesk(() => world);

describe('restricted talks', () => {
  it('are there for whoever opened them, and for nobody else before they are given a role in them', async () => {
    const id = await openRestricted('opened');
    const SEE = '{ negotiation(slug: "opened") { title access } viewer { roles { role negotiation { slug } } } }';
    expect((await world.as(await world.key('ADMIN'), SEE)).data).toMatchObject({
      negotiation: { title: 'opened', access: 'RESTRICTED' },
      viewer: { roles: expect.arrayContaining([{ role: 'ADMIN', negotiation: { slug: 'opened' } }]) },
    });
    for (const key of [null, outsider]) expect((await world.as(key, SEE)).data.negotiation).toBeNull();
    const { key, row } = await issueKey(world.database.prisma, { name: 'invited', role: 'READER', expiresAt: null });
    const accountId = Buffer.from(`Account:${row.accountId}`).toString('base64url');
    const grant = { accountId, role: 'READER', negotiationId: id };
    expect(await attempt(outsider, 'grantRole', grant)).toEqual([expect.objectContaining({ code: 'FORBIDDEN' })]);
    expect(await attempt(await world.key('ADMIN'), 'grantRole', grant)).toEqual({ __typename: 'GrantRolePayload' });
    expect((await world.as(key, SEE)).data.negotiation).toEqual({ title: 'opened', access: 'RESTRICTED' });
  });

  it('can be reached by a key that is issued where the server runs', async () => {
    const negotiation = await openRestricted('rescued');
    const issue = (named: string) =>
      issueKey(world.database.prisma, { name: 'rescue', role: 'ADMIN', expiresAt: null, negotiation: named });
    const { key } = await issue(negotiation);
    const { data } = await world.as(key, '{ viewer { role roles { role } } negotiation(slug: "rescued") { title } }');
    expect(data).toEqual({ viewer: { role: 'READER', roles: [{ role: 'ADMIN' }] }, negotiation: { title: 'rescued' } });
    const nowhere = Buffer.from(`Negotiation:${crypto.randomUUID()}`).toString('base64url');
    for (const named of ['nowhere', nowhere, 'rescued']) {
      await expect(issue(named), named).rejects.toThrow('there is no negotiation');
    }
  });

  it('are never what their slug means where public talks have it too, to whoever issues a key where the server runs', async () => {
    const negotiation = await openRestricted('shared-slug');
    const opened = { slug: 'shared-slug', title: 'In public', status: 'ACTIVE' };
    expect(await attempt(outsider, 'openNegotiation', opened)).toEqual({ __typename: 'OpenNegotiationPayload' });
    const SEE = '{ viewer { roles { role negotiation { title } } } }';
    const rolesOf = async (named: string) => {
      const asked = { name: 'named', role: 'EDITOR', expiresAt: null, negotiation: named } as const;
      const { key } = await issueKey(world.database.prisma, asked);
      return (await world.as(key, SEE)).data.viewer.roles;
    };
    expect(await rolesOf('shared-slug')).toEqual([{ role: 'EDITOR', negotiation: { title: 'In public' } }]);
    expect(await rolesOf(negotiation)).toEqual([{ role: 'EDITOR', negotiation: { title: 'shared-slug' } }]);
  });

  it('are not reached by a key that somebody else issues for an account that may', async () => {
    const id = await openRestricted('by-another-key');
    const admin = await world.key('ADMIN');
    const open =
      'mutation ($input: OpenAccountInput!) { openAccount(input: $input) { ... on OpenAccountPayload { account { id } } } }';
    const { account } = (await world.as(admin, open, { input: { name: 'Insider' } })).data.openAccount;
    expect(
      await attempt(admin, 'grantRole', { accountId: account.id, role: 'READER', negotiationId: id }),
    ).toMatchObject({ __typename: 'GrantRolePayload' });
    const { key: another } = await issueKey(world.database.prisma, { name: 'Another', role: 'ADMIN', expiresAt: null });
    const asked = { name: 'A way in', role: 'READER', accountId: account.id };
    expect(await attempt(another, 'issueKey', asked)).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await attempt(admin, 'issueKey', asked)).toMatchObject({ __typename: 'IssueKeyPayload' });
  });

  it('leave no trace in the cursor of now, nor at any moment of the past', async () => {
    await openRestricted('silent');
    const before = await head(outsider);
    const own = await head(await world.key('ADMIN'));
    const drafts = `{ drafts(negotiationId: "${await idOf('talks')}") { cursor } }`;
    const stood = await world.as(outsider, drafts);
    const drafted = { negotiationId: 'silent', content: statement() };
    expect(await attempt(await world.key('ADMIN'), 'draftStatement', drafted)).toMatchObject({
      __typename: 'DraftStatementPayload',
    });
    expect(await world.as(outsider, drafts)).toEqual(stood);
    const statementId = await say('silent', 'Nobody is to hear of this.');
    expect(await head(outsider)).toBe(before);
    expect(await head(null)).toBe(before);
    expect(await head(await world.key('ADMIN'))).not.toBe(own);
    const since = new Date().toISOString();
    const { data } = await world.as(
      outsider,
      `query Q($at: DateTime!, $id: ID!) {
        then: negotiation(slug: "talks", asOf: { instant: $at }) { cursor }
        statement(id: $id) { text }
        node(id: $id) { id }
        nodes(ids: [$id]) { id }
      }`,
      { at: since, id: statementId },
    );
    expect(data).toEqual({ then: { cursor: before }, statement: null, node: null, nodes: [null] });
  });

  it('take no name that somebody else may want', async () => {
    await openRestricted('secret');
    const opening = { externalId: 'secret', slug: 'secret', title: 'Ordinary talks', status: 'ACTIVE' };
    expect(await attempt(outsider, 'openNegotiation', opening)).toEqual({ __typename: 'OpenNegotiationPayload' });
    expect((await world.query('{ negotiation(slug: "secret") { title } }')).data.negotiation.title).toBe(
      'Ordinary talks',
    );
    // Whoever may read the first goes on reading that under its name.
    const admin = await world.key('ADMIN');
    expect((await world.as(admin, '{ negotiation(slug: "secret") { title } }')).data.negotiation.title).toBe('secret');
    const id = await idOf('secret');
    await expect(changeAccess(id, 'PUBLIC')).rejects.toThrow('AlreadyRecordedError');
    const OPEN = `mutation Open($input: ChangeNegotiationAccessInput!) { changeNegotiationAccess(input: $input) {
      __typename ... on AlreadyRecordedError { message given } } }`;
    const opened = await world.as(admin, OPEN, { input: { negotiationId: id, access: 'PUBLIC' } });
    expect(opened.data.changeNegotiationAccess).toEqual({
      __typename: 'AlreadyRecordedError',
      message: 'The slug “secret” is taken; choose another.',
      given: 'secret',
    });
    await changeAccess(id, 'PUBLIC', { slug: 'secret-of-old' });
    for (const key of [null, admin]) {
      const { data } = await world.as(
        key,
        '{ one: negotiation(slug: "secret") { title } other: negotiation(slug: "secret-of-old") { title } }',
      );
      expect(data).toEqual({ one: { title: 'Ordinary talks' }, other: { title: 'secret' } });
    }
  });

  it('are not there to refer to: the answer is that to an id of nothing', async () => {
    const id = await openRestricted('unreferred');
    await say('unreferred', 'Unreferred.', { externalId: undefined });
    await world.write('addTerm', {
      externalId: 'unreferred-term',
      negotiationId: 'unreferred',
      title: 'Hidden',
      category: 'OTHER',
    });
    const nothing = Buffer.from(`Negotiation:${crypto.randomUUID()}`).toString('base64url');
    const blind = (text: string) => text.replaceAll(nothing, '…').replaceAll(id, '…').replaceAll('nowhere', '…');
    for (const [name, input] of [
      ['addTerm', { title: 'x', category: 'OTHER' }],
      ['publishStatement', { content: statement() }],
      ['draftStatement', { content: statement() }],
      ['recordPerson', { name: 'x' }],
      ['grantRole', { accountId: 'nobody', role: 'READER' }],
    ] as const) {
      const key =
        name === 'grantRole'
          ? (await issueKey(world.database.prisma, { name: 'blind', role: 'ADMIN', expiresAt: null })).key
          : outsider;
      const answers = await Promise.all(
        [id, nothing].map(async (negotiationId) => attempt(key, name, { ...input, negotiationId })),
      );
      expect(blind(JSON.stringify(answers[0])), name).toBe(blind(JSON.stringify(answers[1])));
    }
    const about = (aboutIds: string[]) => ({ negotiationId: 'talks', content: statement({ aboutIds }) });
    expect(await attempt(outsider, 'publishStatement', about(['unreferred-term']))).toEqual({
      __typename: 'NotFoundError',
      message: expect.stringContaining('with the id “unreferred-term”'),
    });
    // The external id is as free as any other.
    expect(
      await attempt(outsider, 'addTerm', {
        externalId: 'unreferred-term',
        negotiationId: 'talks',
        title: 'Mine',
        category: 'OTHER',
      }),
    ).toEqual({ __typename: 'AddTermPayload' });
  });

  it('show nothing of themselves through statements of other talks that they relate to', async () => {
    await openRestricted('related');
    const open = await say('talks', 'Said in public.');
    const hidden = await say('related', 'It contradicts that.', { relations: [{ kind: 'CONTRADICTS', toId: open }] });
    const corroborating = await say('talks', 'And this one too.', {
      relations: [
        { kind: 'CORROBORATES', toId: open },
        { kind: 'CONTRADICTS', toId: hidden },
      ],
    });
    const SEE = `query See($open: ID!, $other: ID!) {
      statement(id: $open) { independentChains relatedBy { nodes { from { text } } pageInfo { endCursor } } }
      other: statement(id: $other) { relations { to { text } } }
    }`;
    const variables = { open, other: corroborating };
    expect((await world.as(outsider, SEE, variables)).data).toMatchObject({
      statement: { relatedBy: { nodes: [{ from: { text: 'And this one too.' } }] } },
      other: { relations: [{ to: { text: 'Said in public.' } }] },
    });
    const { data } = await world.as(await world.key('ADMIN'), SEE, variables);
    expect(data.statement.relatedBy.nodes).toHaveLength(2);
    expect(data.other.relations).toHaveLength(2);
  });

  it('can have people, organizations, posts and reports of their own', async () => {
    await openRestricted('own');
    const admin = await world.key('ADMIN');
    const own = { negotiationId: 'own' };
    await world.write('recordPerson', { ...own, externalId: 'go-between', name: 'Quietus Between' });
    await world.write('recordOrganization', {
      ...own,
      externalId: 'back-office',
      name: 'Quietus Office',
      kind: 'OTHER',
    });
    await world.write('recordPost', {
      ...own,
      externalId: 'envoy',
      personId: 'go-between',
      organizationId: 'back-office',
      title: 'envoy',
    });
    await world.write('recordReport', { ...own, externalId: 'memo', outletId: 'back-office', kind: 'RELEASE' });
    await say('own', 'From the envoy.', {
      source: { kind: 'NAMED_PERSON', personId: 'go-between', onBehalfOfId: 'back-office' },
      appearances: [{ reportId: 'memo' }],
    });
    const SEE = `{
      actors(filter: { name: "Quietus" }) { nodes { name } }
      searchActors(name: "Quietus Between") { nodes { name } }
      search(query: "Quietus") { nodes { text } }
    }`;
    const nodes = { nodes: [] };
    expect((await world.as(outsider, SEE)).data).toEqual({ actors: nodes, searchActors: nodes, search: nodes });
    const { data } = await world.as(admin, SEE);
    expect(data.actors.nodes).toHaveLength(2);
    expect(data.searchActors.nodes.length).toBeGreaterThan(0);
    expect(data.search.nodes).toEqual([{ text: 'From the envoy.' }]);
    // In other talks they may not be named, whoever names them.
    expect(
      await attempt(admin, 'joinNegotiation', { negotiationId: 'talks', actorId: 'go-between', role: 'OBSERVER' }),
    ).toEqual({
      __typename: 'InvalidInputError',
      message: 'actorId: is kept to a negotiation, and may be named in that one alone.',
    });
    expect(await attempt(admin, 'recordReport', { outletId: 'back-office', kind: 'RELEASE' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
    expect(
      await attempt(outsider, 'joinNegotiation', { negotiationId: 'talks', actorId: 'go-between', role: 'OBSERVER' }),
    ).toMatchObject({ __typename: 'NotFoundError' });
  });

  it('of which pages were given before go on without what is not there any more', async () => {
    await world.write('openNegotiation', { externalId: 'paged', slug: 'paged', title: 'Paged', status: 'ACTIVE' });
    const LIST = `query List($after: String) { negotiations(first: 1, after: $after) {
      nodes { slug } pageInfo { endCursor } } }`;
    const cursorThen = await head(null);
    const first = (await world.query(LIST)).data.negotiations;
    expect(first.nodes).toEqual([{ slug: 'paged' }]);
    await changeAccess(await idOf('paged'), 'RESTRICTED');
    const { data, errors } = await world.query(LIST, { after: first.pageInfo.endCursor });
    expect(errors).toBeUndefined();
    expect(data.negotiations.nodes).toHaveLength(1);
    const then = await world.query(
      'query Then($at: Cursor!) { negotiation(slug: "paged", asOf: { cursor: $at }) { title } changes(since: $at) { nodes { kind } } }',
      { at: cursorThen },
    );
    expect(then).toEqual({ data: { negotiation: null, changes: { nodes: [] } } });
  });
});
