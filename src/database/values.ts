import pg from 'pg';

/** As Prisma has them: what `pg` gives as text or in local time, it gives as a bigint, or in UTC. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    const { INT8, DATE, TIMESTAMPTZ } = pg.types.builtins;
    if (oid === INT8) return BigInt;
    if (oid === DATE) return (text: string) => new Date(`${text}T00:00:00Z`);
    if (oid === TIMESTAMPTZ) return instant;
    if (oid === TEXTS || oid === UUIDS) return texts;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

/** The types `text[]` and `uuid[]`. */
const TEXTS = 1009;
const UUIDS = 2951;
const parseInstant = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);
// Its types know no arrays.
const parseTexts = pg.types.getTypeParser(TEXTS as never) as (text: string) => string[];

/** Sessions are in UTC. A year of three or four digits is read digit by digit, in a third of the time. */
function instant(text: string): Date {
  const year = 100 * two(text, 0) + two(text, 2);
  if (!(text.length <= 29 && text.endsWith('+00') && text[4] === '-' && year >= 100)) return parseInstant(text) as Date;
  const digit = (at: number) => (at < text.length - 3 ? text.charCodeAt(at) - 48 : 0);
  const ms = 100 * digit(20) + 10 * digit(21) + digit(22);
  const day = Date.UTC(year, two(text, 5) - 1, two(text, 8));
  return new Date(day + 3_600_000 * two(text, 11) + 60_000 * two(text, 14) + 1_000 * two(text, 17) + ms);
}

function two(text: string, at: number): number {
  return 10 * text.charCodeAt(at) + text.charCodeAt(at + 1) - 11 * 48;
}

/** Most arrays have nothing in them that is quoted. */
function texts(text: string): string[] {
  if (text === '{}') return [];
  return /["\\]|NULL/.test(text) ? parseTexts(text) : text.slice(1, -1).split(',');
}

/** Types whose text is the value. */
const PLAIN: ReadonlySet<number | string> = new Set(['text', pg.types.builtins.TEXT, pg.types.builtins.UUID]);

/**
 * What makes the value that `Read` gives for a column out of its text; null where that is the text.
 * @param type as PostgreSQL knows it, or the name of one that it is selected as
 */
export function parserOf(type: number | 'text' | 'text[]'): ((text: string) => unknown) | null {
  if (PLAIN.has(type)) return null;
  const parse = types.getTypeParser(type === 'text[]' ? TEXTS : (type as number), 'text');
  return parse === asItIs ? null : parse;
}

/** What `pg` has for types that it does not know, such as enums. */
const asItIs = pg.types.getTypeParser(0 as never);
