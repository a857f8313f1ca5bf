import { Readable } from 'node:stream';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { importRecords } from '../src/transfer/import.ts';
import { generate, shapeOf } from './bench/reads/generated-record.ts';
import { freshDatabase } from './support/database.ts';
import { rowsOf, tablesOf } from './support/record-rows.ts';

/** Enough for a correction and a withdrawal. */
const STATEMENTS = 110;

it('is what an import of the same writes, row by row', async () => {
  await using generated = await freshDatabase(1);
  await generate((sql) => generated.prisma.$executeRawUnsafe(sql), STATEMENTS, 3);
  await using imported = await freshDatabase(1);
  const { _max: last } = await generated.prisma.ledgerEntry.aggregate({ _max: { position: true } });
  expect(Number(last.position)).toBe(shapeOf(STATEMENTS).head);
  const ledger = await Ledger.open(imported, pino({ level: 'silent' }));
  const problems: unknown[] = [];
  const lines = (await linesOf(generated)).map((line) => `${JSON.stringify(line)}\n`);
  await importRecords(ledger, Readable.from(lines.map((line) => Buffer.from(line))), {
    onProblem: (problem) => problems.push(problem),
  });
  await ledger.stop();
  expect(problems).toEqual([]);
  const tables = await tablesOf(generated);
  expect(tables.length).toBeGreaterThan(20);
  for (const table of tables) {
    expect({ table, rows: await rowsOf(imported, table) }).toEqual({ table, rows: await rowsOf(generated, table) });
  }
}, 180_000);

/** The record as the mutations that write it, in the order of its entries. */
async function linesOf({ prisma }: Database): Promise<object[]> {
  const ordered = { orderBy: { fromPosition: 'asc' } } as const;
  const [actors, posts, negotiations, participations, reports, terms, events] = await Promise.all([
    prisma.actor.findMany(ordered),
    prisma.post.findMany(ordered),
    prisma.negotiation.findMany(ordered),
    prisma.participation.findMany(ordered),
    prisma.report.findMany(ordered),
    prisma.term.findMany(ordered),
    prisma.event.findMany(ordered),
  ]);
  const [outcomes, groups, channels, messages, legs, statements, entries] = await Promise.all([
    prisma.outcome.findMany(ordered),
    prisma.heldGroup.findMany(ordered),
    prisma.channel.findMany(ordered),
    prisma.message.findMany(ordered),
    prisma.messageLeg.findMany(ordered),
    prisma.statement.findMany(ordered),
    prisma.ledgerEntry.findMany(),
  ]);
  const notes = new Map(entries.map(({ position, note }) => [position, note]));
  const children = await childrenOf(prisma);
  const lines: [bigint, string, object][] = [];
  const add = (mutation: string, row: { id: string; fromPosition: bigint }, input: object) =>
    lines.push([row.fromPosition, mutation, { externalId: row.id, ...input }]);

  for (const { kind, name, aliases, organizationKind, ...row } of actors) {
    if (kind === 'PERSON') add('recordPerson', row, { name, aliases });
    else add('recordOrganization', row, { name, aliases, kind: organizationKind });
  }
  for (const { personId, organizationId, title, since, ...row } of posts)
    add('recordPost', row, { personId, organizationId, title, since: since?.toISOString().slice(0, 10) });
  for (const { slug, title, summary, status, ...row } of negotiations)
    add('openNegotiation', row, { slug, title, summary, status });
  for (const { negotiationId, actorId, role, ...row } of participations)
    add('joinNegotiation', row, { negotiationId, actorId, role });
  for (const { outletId, kind, headline, url, language, publishedEarliest, publishedBasis, ...row } of reports) {
    const published = { from: publishedEarliest, precision: 'EXACT', basis: publishedBasis };
    add('recordReport', row, { outletId, kind, headline, url, language, published });
  }
  for (const { negotiationId, title, category, ...row } of terms)
    add('addTerm', row, { negotiationId, title, category });
  for (const { negotiationId, kind, title, ...row } of events) add('recordEvent', row, { negotiationId, kind, title });
  for (const { negotiationId, question, ...row } of outcomes) add('poseOutcome', row, { negotiationId, question });
  for (const { negotiationId, descriptor, ...row } of groups)
    add('recordHeldGroup', row, { negotiationId, descriptor });
  for (const { negotiationId, title, hops, ...row } of channels)
    add('openChannel', row, { negotiationId, title, hops });
  for (const { channelId, subject, ...row } of messages) {
    const own = legs.filter(({ messageId }) => messageId === row.id);
    add('recordMessage', row, {
      channelId,
      subject,
      legs: own.map(({ leg, sentEarliest, sentLatest, receivedEarliest, receivedLatest }) => ({
        leg,
        sent: { earliest: sentEarliest, latest: sentLatest },
        received: { earliest: receivedEarliest, latest: receivedLatest },
      })),
    });
  }
  for (const row of statements) {
    if (row.revision > 1) {
      const { state, text, id } = row;
      const note = notes.get(row.fromPosition);
      const revised = { id: `${id}:2`, fromPosition: row.fromPosition };
      if (state === 'WITHDRAWN') add('withdrawStatement', revised, { statementId: id, revision: 1, reason: note });
      else add('correctStatement', revised, { statementId: id, revision: 1, note, changes: { text } });
      continue;
    }
    add('publishStatement', row, {
      negotiationId: row.negotiationId,
      content: {
        text: row.text,
        language: row.language,
        quotationType: row.quotationType,
        speechActs: row.speechActs,
        source: {
          kind: row.sourceKind,
          personId: row.speakerId,
          postId: row.postId,
          descriptor: row.descriptor,
          onBehalfOfId: row.onBehalfOfId,
        },
        attributionLevel: row.attributionLevel,
        said: {
          from: row.saidEarliest,
          to: row.saidLatest,
          precision: row.saidPrecision,
          phrase: row.saidPhrase,
          basis: row.saidBasis,
        },
        aboutIds: (row.about as { id: string }[]).map(({ id }) => id),
        relays: row.relays,
        ...children(row.id, row.fromPosition),
      },
    });
  }
  lines.sort(([one], [other]) => Number(one - other));
  return lines.map(([, mutation, input]) => ({ [mutation]: input }));
}

/** What belongs to the first version of a statement, as the input of its publication has it. */
async function childrenOf(prisma: Database['prisma']) {
  const lists = {
    appearances: [await prisma.appearance.findMany(), ['reportId', 'exact', 'prefix', 'suffix']],
    relations: [await prisma.relation.findMany(), ['kind', 'toId']],
    stances: [await prisma.stance.findMany(), ['termId', 'partyId', 'kind']],
    estimates: [await prisma.estimate.findMany(), ['outcomeId', 'words', 'low', 'high', 'scheme']],
    impacts: [await prisma.impact.findMany(), ['eventId', 'effect']],
    countClaims: [await prisma.countClaim.findMany(), ['heldGroupId', 'low', 'high']],
    transitClaims: [await prisma.transitClaim.findMany(), ['channelId', 'leg', 'words', 'lowSeconds', 'highSeconds']],
  } as unknown as Record<
    string,
    [({ statementId: string; fromPosition: bigint; ordinal: number } & object)[], string[]]
  >;
  return (statementId: string, fromPosition: bigint) =>
    Object.fromEntries(
      Object.entries(lists).map(([field, [rows, columns]]) => [
        field,
        rows
          .filter((row) => row.statementId === statementId && row.fromPosition === fromPosition)
          .sort((one, other) => one.ordinal - other.ordinal)
          .map((row) =>
            Object.fromEntries(columns.map((column) => [column, (row as Record<string, unknown>)[column]])),
          ),
      ]),
    );
}
