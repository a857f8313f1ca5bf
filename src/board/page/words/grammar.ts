import { once } from './once.ts';

const [ISOLATE, END] = ['\u2068', '\u2069'];

/** A name out of the record inside a sentence of the page: whichever way it is written, the sentence keeps its own. */
export function name(text: string): string {
  return `${ISOLATE}${text}${END}`;
}

/** The forms of a counted thing, “#” where the number stands. A language needs those that its plural rules name. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Picks the form of a count by a language’s own rules (CLDR). */
export function plural(language: string): (count: number, forms: Forms) => string {
  const rules = once(() => new Intl.PluralRules(language));
  const number = once(() => new Intl.NumberFormat(language));
  return (count, forms) =>
    (count === 0 && forms.zero !== undefined ? forms.zero : (forms[rules().select(count)] ?? forms.other)).replace(
      '#',
      number().format(count),
    );
}
