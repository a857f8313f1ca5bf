import { once } from '../words/once.ts';

/** Languages to choose from, those that the search knows first, each with the script that it is written in. */
const SCRIPTS: Readonly<Record<string, string>> = {
  en: 'Latin',
  ar: 'Arabic',
  he: 'Hebrew',
  fr: 'Latin',
  es: 'Latin',
  de: 'Latin',
  el: 'Greek',
  fa: 'Arabic',
  hi: 'Devanagari',
  it: 'Latin',
  ja: 'Hiragana',
  pt: 'Latin',
  ru: 'Cyrillic',
  tr: 'Latin',
  uk: 'Cyrillic',
  ur: 'Arabic',
  zh: 'Han',
};

export const LANGUAGES = Object.keys(SCRIPTS);

const LETTERS = once(() =>
  [...new Set(Object.values(SCRIPTS))].map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'gu')] as const),
);

/**
 * What a text is written in, by the script of most of its letters.
 * @param usual the language of a text in its script, and of one without letters
 */
export function languageOf(text: string, usual: string): string {
  const counted = LETTERS().map(([script, letters]) => [script, text.match(letters)?.length ?? 0] as const);
  const [script, most] = counted.reduce((before, next) => (next[1] > before[1] ? next : before));
  if (most === 0 || scriptOf(usual) === script) return usual;
  return LANGUAGES.find((language) => SCRIPTS[language] === script) ?? usual;
}

function scriptOf(language: string): string | undefined {
  return SCRIPTS[language.split('-')[0] ?? ''];
}
