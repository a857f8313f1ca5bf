import { DateResolver, DateTimeResolver, DurationResolver, LocaleResolver, URLResolver } from 'graphql-scalars';
import { builder } from './builder.ts';

builder.addScalarType('Date', DateResolver, {
  description: 'A calendar day, as in 2023-10-30 (RFC 3339 full-date).',
});
builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'An instant with its offset, as in 2023-10-30T14:00:00Z (RFC 3339), kept to the millisecond.',
});
builder.addScalarType('Duration', DurationResolver, { description: 'A length of time, as in PT6H30M (ISO 8601).' });
builder.addScalarType('Locale', LocaleResolver, { description: 'A language, as in en, ar or fr-CA (BCP 47).' });
builder.addScalarType('URL', URLResolver, { description: 'An absolute address (RFC 3986); in an input, http or https.' });

builder.scalarType('Cursor', {
  description:
    'A position in the record. Opaque for good: the same position always gives the same cursor, and it opens in no other record. Give it as `asOf`, to read the record as it stood there, or as `after`, to follow it from there.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'string') throw new TypeError('A cursor is a string.');
    return value;
  },
});
