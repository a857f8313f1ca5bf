import { GraphQLError, GraphQLScalarType } from 'graphql';
import {
  DateResolver,
  DateTimeResolver,
  DurationResolver,
  JSONObjectResolver,
  LocaleResolver,
  URLResolver,
} from 'graphql-scalars';
import { builder } from './builder.ts';

builder.addScalarType('Date', withinYears(DateResolver), {
  description: 'A calendar day of the years 1 to 9999, as in 2023-10-30 (RFC 3339 full-date).',
});
builder.addScalarType('DateTime', asText(withinYears(DateTimeResolver)), {
  description:
    'An instant with its offset, of the years 1 to 9999, as in 2023-10-30T14:00:00Z (RFC 3339), kept to the millisecond.',
});
builder.addScalarType('Duration', DurationResolver, { description: 'A length of time, as in PT6H30M (ISO 8601).' });
builder.addScalarType('JSONObject', JSONObjectResolver, {
  description: 'An object in JSON, in the shape that the field’s description names.',
});
builder.addScalarType('Locale', LocaleResolver, { description: 'A language, as in en, ar or fr-CA (BCP 47).' });
builder.addScalarType('URL', URLResolver, {
  description: 'An absolute address (RFC 3986); in an input, http or https.',
});

builder.scalarType('Cursor', {
  description:
    'A position in the record. Opaque for good: the same position always gives the same cursor, and it opens in no other record. Give it as `asOf`, to read the record as it stood there, or as `after`, to follow it from there.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string') throw new TypeError('A cursor is a string.');
    return value;
  },
});

/** Written at once: to have `JSON.stringify` do it takes three times as long for the whole of an answer. */
function asText(scalar: GraphQLScalarType<Date, Date>): GraphQLScalarType<Date, string> {
  return new GraphQLScalarType<Date, string>({
    ...scalar.toConfig(),
    serialize: (value) => isoOf(scalar.serialize(value)),
  });
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const two = (number: number) => String(number).padStart(2, '0');
const MINUTES = Array.from({ length: 1_440 }, (_, minute) => `T${two(Math.floor(minute / 60))}:${two(minute % 60)}:`);
const SECONDS = Array.from({ length: 60 }, (_, second) => `${two(second)}.`);
const REST = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);
/** Days that were written last, each in a place of its own among so many. */
const WRITTEN = Array.from({ length: 4_096 }, () => ({ day: Number.NaN, date: '' }));

/** As `toISOString` writes it. */
function isoOf(date: Date): string {
  const time = date.getTime();
  const day = Math.floor(time / DAY_MS);
  const written = WRITTEN[day & (WRITTEN.length - 1)] as { day: number; date: string };
  if (written.day !== day) {
    written.date = date.toISOString().slice(0, -14);
    written.day = day;
  }
  const inDay = time - day * DAY_MS;
  const inMinute = inDay % MINUTE_MS;
  const minute = MINUTES[Math.floor(inDay / MINUTE_MS)] as string;
  return written.date + minute + SECONDS[Math.floor(inMinute / 1_000)] + REST[inMinute % 1_000];
}

/** PostgreSQL reads no year 0, and no year of five digits as JavaScript writes it. */
function withinYears<Output>(scalar: GraphQLScalarType<Date, Output>): GraphQLScalarType<Date, Output> {
  const bounded = (date: Date) => {
    const year = date.getUTCFullYear();
    if (year >= 1 && year <= 9_999) return date;
    throw new GraphQLError('The year is not within 1 to 9999.', { extensions: { code: 'BAD_USER_INPUT' } });
  };
  return new GraphQLScalarType<Date, Output>({
    ...scalar.toConfig(),
    parseValue: (value) => bounded(scalar.parseValue(value)),
    parseLiteral: (node, variables) => bounded(scalar.parseLiteral(node, variables)),
  });
}
