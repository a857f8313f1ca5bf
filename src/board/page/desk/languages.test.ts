import { expect, it } from 'vitest';
import { languageOf } from './languages.ts';

it.each([
  ['Talks go on.', 'en', 'en'],
  ['Talks go on.', 'fr', 'fr'],
  ['Talks go on.', 'ar', 'en'],
  ['تستمر المحادثات، كما قالت BBC', 'en', 'ar'],
  ['تستمر المحادثات', 'fa', 'fa'],
  ['השיחות נמשכות', 'ar', 'he'],
  ['14:30', 'ar', 'ar'],
  ['', 'en', 'en'],
])('%j is, where %s is mostly written, in %s', (text, usual, language) => {
  expect(languageOf(text, usual)).toBe(language);
});
