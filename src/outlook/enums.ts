import { enumOf } from '../graphql/enums.ts';
import { BANDS, type Band } from './rules.ts';

const percent = (band: Band) => {
  const row = BANDS.find((each) => each.band === band);
  return row ? `${row.low} to ${row.high} percent: ${row.words.map((words) => `“${words}”`).join(', ')}.` : '';
};

export const LikelihoodBand = enumOf<Band>(
  'Band',
  'A likelihood in the words of ICD 203. A percentage on a shared edge belongs to the band nearer 50.',
  {
    ALMOST_NO_CHANCE: percent('ALMOST_NO_CHANCE'),
    VERY_UNLIKELY: percent('VERY_UNLIKELY'),
    UNLIKELY: percent('UNLIKELY'),
    ROUGHLY_EVEN: percent('ROUGHLY_EVEN'),
    LIKELY: percent('LIKELY'),
    VERY_LIKELY: percent('VERY_LIKELY'),
    ALMOST_CERTAIN: percent('ALMOST_CERTAIN'),
  },
);

export const EstimateScheme = enumOf('EstimateScheme', 'How a likelihood was put.', {
  PERCENT: 'As a percentage, or a range of them.',
  ODDS: 'As odds, as in “50/50” or “one in three”.',
  ICD_203: 'In the words of ICD 203, meant as the directive means them.',
  WORDS: 'In words of no scheme, as in “cautiously optimistic”.',
});

export const Confidence = enumOf('Confidence', 'How sure a source is of its own estimate. It is not the likelihood.', {
  LOW: 'Not sure: little to go on.',
  MODERATE: 'Fairly sure.',
  HIGH: 'Sure: much to go on.',
});

export const Resolution = enumOf('Resolution', 'Whether what an outcome asks about came to pass.', {
  OPEN: 'Not known yet.',
  OCCURRED: 'It did.',
  DID_NOT_OCCUR: 'It did not.',
});
