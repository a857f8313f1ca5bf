import { rangeProblem } from '../range/rules.ts';
import { BANDS, type Range } from './rules.ts';

export interface ReadEstimate extends Range {
  readonly scheme: 'PERCENT' | 'ODDS' | 'ICD_203';
}

const UNITS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const TENS = ['ten', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety', 'hundred'];
const NUMBER_WORD = new RegExp(
  `\\b(?:(${TENS.join('|')})(?:[- ](${UNITS.slice(0, 9).join('|')}))?|(${UNITS.join('|')}))\\b`,
  'g',
);

const N = '(\\d+(?:\\.\\d+)?) ?';
/** How a percentage is worded, the closest wording first, and the range that each leaves. */
const PERCENT_READINGS: readonly (readonly [RegExp, (first: number, second: number) => Range])[] = [
  [new RegExp(`between ${N}%? ?and ${N}%`), (low, high) => ({ low, high })],
  [new RegExp(`${N}%? ?(?:-|to) ?${N}%`), (low, high) => ({ low, high })],
  [
    new RegExp(`(?:at least|(?:no|not) (?:less than|under|below)|(?<!\\b(?:no|not) )(?:more than|over|above)) ${N}%`),
    (low) => ({ low, high: 100 }),
  ],
  [
    new RegExp(`(?:at most|up to|(?:no|not) (?:more than|over|above)|less than|under|below) ${N}%`),
    (high) => ({ low: 0, high }),
  ],
  [new RegExp(`${N}%`), (percent) => ({ low: percent, high: percent })],
];
const PAIR = /(?<![\d.])(\d+) ?[-/] ?(\d+)(?![\d.])/;
const ONE_IN = /(?<![\d.])(\d+)(?: |-)(?:in|out of)(?: |-)(?:a )?(\d+)(?![\d.])/;

/** Words that weigh the word after them otherwise than the directive does. */
const WEIGHED =
  '(?<!\\b(?:more|less|most|least|than|as|too|how|so|very|highly|quite|fairly|somewhat|extremely|hardly) )';
const NEGATED = /\b(?:not|never|neither|nor|cannot|no(?! chance))\b|n['’]t\b/;
const BAND_WORDS = new RegExp(`${WEIGHED}\\b(?:${BANDS.flatMap(({ words }) => words).join('|')})\\b`, 'g');

/**
 * The range in percent that an estimate's words carry: "20 percent", "70%–80%", "at least 70%",
 * "50/50" and "60-40" (odds that add up to 100), "one in three", and ICD 203's own words and
 * synonyms, which stand for their band. Hundredths of a percent are the closest that it goes. Null
 * when the words carry no number, more than one, or a band's word denied or weighed otherwise.
 */
export function readEstimate(words: string): ReadEstimate | null {
  const plain = plainWords(words);
  return readPercent(plain) ?? readOdds(plain) ?? readBand(plain);
}

function plainWords(words: string): string {
  return words
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(NUMBER_WORD, (_, tens?: string, ones?: string, alone?: string) => `${numberOf(tens, ones, alone)}`)
    .replace(/ ?per ?cent\b/g, '%')
    .replace(/\s+/g, ' ');
}

function numberOf(tens = '', ones = '', alone = ''): number {
  return (TENS.indexOf(tens) + 1) * 10 + UNITS.indexOf(ones) + 1 + UNITS.indexOf(alone) + 1;
}

function readPercent(plain: string): ReadEstimate | null {
  for (const [pattern, read] of PERCENT_READINGS) {
    const [found, first, second] = pattern.exec(plain) ?? [];
    if (found === undefined) continue;
    const range = read(Number(first), Number(second));
    return saysMore(plain, found) || rangeProblem(range.low, range.high, { min: 0, max: 100 })
      ? null
      : { ...range, scheme: 'PERCENT' };
  }
  return null;
}

function readOdds(plain: string): ReadEstimate | null {
  const pair = PAIR.exec(plain);
  const [found, first, second] = pair ?? ONE_IN.exec(plain) ?? [];
  if (found === undefined || saysMore(plain, found)) return null;
  const total = pair ? 100 : Number(second);
  if (pair && Number(first) + Number(second) !== total) return null;
  const percent = Math.round((Number(first) / total) * 10_000) / 100;
  return percent <= 100 ? { low: percent, high: percent, scheme: 'ODDS' } : null;
}

function readBand(plain: string): ReadEstimate | null {
  if (NEGATED.test(plain) || plain.includes('%')) return null;
  const found = new Set(plain.match(BAND_WORDS));
  const [row, another] = BANDS.filter(({ words }) => words.some((word) => found.has(word)));
  return row && !another ? { low: row.low, high: row.high, scheme: 'ICD_203' } : null;
}

/** Whether another number stands beside the one read: then nobody knows which one is meant. */
function saysMore(plain: string, found: string): boolean {
  return /\d/.test(plain.replace(found, ''));
}
