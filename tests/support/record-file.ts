import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const NEGOTIATIONS = 4;
const TERMS = 8;
const PARTIES = 4;
const SPEAKERS = 24;
const REPORTS = 400;
const WORDS =
  'the talks went on through the night with both sides holding to what they had said before about the crossing the pause the prisoners the wages the cranes and the date by which any of it could be signed'.split(
    ' ',
  );
const KINDS = ['DEMANDS', 'OFFERS', 'ACCEPTS', 'CONDITIONS', 'REJECTS', 'UNDECIDED'];
const FIRST_DAY = Date.UTC(2024, 0, 1);

/** Writes an import file of `count` statements, with all that they refer to before them; the same seed, the same file. */
export async function writeRecordFile(file: string, count: number, seed = 1): Promise<void> {
  await pipeline(Readable.from(blocks(records(count, seed))), createWriteStream(file));
}

/** How many lines come before the statements. */
export const LINES_BEFORE = PARTIES + 2 + 2 * SPEAKERS + NEGOTIATIONS * (1 + PARTIES + TERMS) + REPORTS;

function* records(count: number, seed: number): Generator<object, void> {
  const random = seeded(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const words = (number: number) => Array.from({ length: number }, () => WORDS[upTo(WORDS.length)]).join(' ');
  const times = <T>(number: number, make: (index: number) => T) =>
    Array.from({ length: number }, (_, index) => make(index));
  const at = (index: number) => new Date(FIRST_DAY + index * 60_000).toISOString();

  yield* times(PARTIES, (p) => ({
    recordOrganization: { externalId: `party-${p}`, name: `Party ${p}`, kind: 'OTHER' },
  }));
  yield* times(2, (o) => ({
    recordOrganization: { externalId: `outlet-${o}`, name: `Outlet ${o}`, kind: 'NEWS_OUTLET' },
  }));
  yield* times(SPEAKERS, (s) => ({ recordPerson: { externalId: `speaker-${s}`, name: `Speaker ${s}` } }));
  yield* times(SPEAKERS, (s) => ({
    recordPost: {
      externalId: `post-${s}`,
      personId: `speaker-${s}`,
      organizationId: `party-${s % PARTIES}`,
      title: 'Spokesperson',
      since: '2020-01-01',
    },
  }));
  for (let n = 0; n < NEGOTIATIONS; n += 1) {
    yield { openNegotiation: { externalId: `talks-${n}`, slug: `talks-${n}`, title: `Talks ${n}`, status: 'ACTIVE' } };
    yield* times(PARTIES, (p) => ({
      joinNegotiation: {
        externalId: `talks-${n}:party-${p}`,
        negotiationId: `talks-${n}`,
        actorId: `party-${p}`,
        role: 'PRINCIPAL',
      },
    }));
    yield* times(TERMS, (t) => ({
      addTerm: {
        externalId: `talks-${n}:term-${t}`,
        negotiationId: `talks-${n}`,
        title: `Term ${t}`,
        category: 'OTHER',
      },
    }));
  }
  yield* times(REPORTS, (r) => ({
    recordReport: {
      externalId: `report-${r}`,
      outletId: `outlet-${r % 2}`,
      kind: 'ARTICLE',
      headline: words(6),
      language: 'en',
    },
  }));

  for (let index = 0; index < count; index += 1) {
    const talks = `talks-${upTo(NEGOTIATIONS)}`;
    const speaker = upTo(SPEAKERS);
    const party = `party-${speaker % PARTIES}`;
    const named = random() < 0.7;
    const quote = words(4);
    yield {
      publishStatement: {
        externalId: `statement-${index}`,
        negotiationId: talks,
        content: {
          text: `${words(24)} “${quote}” ${words(8)}.`,
          quotationType: 'MIXED',
          speechActs: ['COMMENT', 'ASSESS'],
          source: named
            ? { kind: 'NAMED_PERSON', personId: `speaker-${speaker}`, postId: `post-${speaker}`, onBehalfOfId: party }
            : { kind: 'UNNAMED_PERSON', descriptor: `an official of party ${speaker % PARTIES}`, onBehalfOfId: party },
          attributionLevel: named ? 'ON_THE_RECORD' : 'BACKGROUND',
          said: { from: at(index), precision: 'MINUTE', basis: 'STATED' },
          relays: [
            named ? { kind: 'HOLDER', actorId: `speaker-${speaker}` } : { kind: 'HOLDER', descriptor: 'an official' },
          ],
          appearances: times(1 + upTo(3), () => ({
            reportId: `report-${upTo(REPORTS)}`,
            exact: quote,
            prefix: words(3),
            suffix: words(3),
          })),
          stances: times(1 + upTo(3), () => ({
            partyId: `party-${upTo(PARTIES)}`,
            termId: `${talks}:term-${upTo(TERMS)}`,
            kind: KINDS[upTo(KINDS.length)],
          })),
          ...(index > 0 &&
            random() < 0.2 && { relations: [{ kind: 'RESPONDS_TO', toId: `statement-${upTo(index)}` }] }),
        },
      },
    };
  }
}

/** Lines, many at a time. */
function* blocks(records: Iterable<object>): Generator<string, void> {
  let block = '';
  for (const record of records) {
    block += `${JSON.stringify(record)}\n`;
    if (block.length > 100_000) {
      yield block;
      block = '';
    }
  }
  yield block;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
