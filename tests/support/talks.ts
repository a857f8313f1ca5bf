import type { World } from './world.ts';

/**
 * A small world that tests write into, by external ids: the negotiation `talks` between `union` and `company`
 * before `mediator`; `ada`, who speaks for the union; the outlet `gazette` and its report `story`; the term `pay`.
 */
export async function seedTalks(world: World): Promise<void> {
  await world.write('openNegotiation', {
    externalId: 'talks',
    slug: 'talks',
    title: 'Pay at the docks',
    status: 'ACTIVE',
  });
  await world.write('recordOrganization', { externalId: 'union', name: 'Dockers’ Union', kind: 'TRADE_UNION' });
  await world.write('recordOrganization', {
    externalId: 'branch',
    name: 'North Quay Branch',
    kind: 'TRADE_UNION',
    parentId: 'union',
  });
  await world.write('recordOrganization', { externalId: 'company', name: 'Harbour Company', kind: 'COMPANY' });
  await world.write('recordOrganization', {
    externalId: 'mediator',
    name: 'Mediation Service',
    kind: 'GOVERNMENT_BODY',
  });
  await world.write('recordOrganization', { externalId: 'gazette', name: 'Harbour Gazette', kind: 'NEWS_OUTLET' });
  await world.write('recordPerson', { externalId: 'ada', name: 'Ada Quay', aliases: ['A. Quay'] });
  await world.write('recordPost', {
    externalId: 'ada-secretary',
    personId: 'ada',
    organizationId: 'union',
    title: 'general secretary',
    since: '2025-01-01',
  });
  for (const [actorId, role] of [
    ['union', 'PRINCIPAL'],
    ['company', 'PRINCIPAL'],
    ['mediator', 'MEDIATOR'],
  ]) {
    await world.write('joinNegotiation', { externalId: `${actorId}-joins`, negotiationId: 'talks', actorId, role });
  }
  await world.write('recordReport', {
    externalId: 'story',
    outletId: 'gazette',
    kind: 'ARTICLE',
    headline: 'Talks go on',
  });
  await world.write('addTerm', { externalId: 'pay', negotiationId: 'talks', title: 'Pay', category: 'WAGES' });
}

/** A statement's content, ordinary but for what a test changes. */
export function statement(changes: object = {}): Record<string, unknown> {
  return {
    text: 'The union wants eight per cent.',
    quotationType: 'INDIRECT',
    speechActs: ['DEMAND'],
    source: { kind: 'NAMED_PERSON', personId: 'ada', onBehalfOfId: 'union' },
    attributionLevel: 'ON_THE_RECORD',
    said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', phrase: 'Monday', basis: 'STATED' },
    appearances: [{ reportId: 'story', exact: 'eight per cent' }],
    ...changes,
  };
}

/** Publishes a statement in `talks`, and gives its id. */
export async function publish(world: World, externalId: string, changes: object = {}): Promise<string> {
  const { statement: written } = await world.write<{ statement: { id: string } }>(
    'publishStatement',
    { externalId, negotiationId: 'talks', content: statement(changes) },
    'statement { id }',
  );
  return written.id;
}
