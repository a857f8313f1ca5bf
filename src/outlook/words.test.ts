import { describe, expect, it } from 'vitest';
import { readEstimate } from './words.ts';

describe('an estimate’s own words', () => {
  it.each([
    ['50/50', 50, 50, 'ODDS'],
    ['fifty-fifty', 50, 50, 'ODDS'],
    ['60-40', 60, 60, 'ODDS'],
    ['one in three', 33.33, 33.33, 'ODDS'],
    ['a one-in-ten chance', 10, 10, 'ODDS'],
    ['two out of three', 66.67, 66.67, 'ODDS'],
    ['one in a hundred', 1, 1, 'ODDS'],
    ['20 percent', 20, 20, 'PERCENT'],
    ['about twenty-five per cent', 25, 25, 'PERCENT'],
    ['0.5 %', 0.5, 0.5, 'PERCENT'],
    ['70%–80%', 70, 80, 'PERCENT'],
    ['40-60 percent', 40, 60, 'PERCENT'],
    ['between 70 and 80 percent', 70, 80, 'PERCENT'],
    ['20 percent to 30 percent', 20, 30, 'PERCENT'],
    ['at least 70%', 70, 100, 'PERCENT'],
    ['more than 70%', 70, 100, 'PERCENT'],
    ['not less than 70%', 70, 100, 'PERCENT'],
    ['less than 20%', 0, 20, 'PERCENT'],
    ['no more than 20%', 0, 20, 'PERCENT'],
    ['almost no chance', 1, 5, 'ICD_203'],
    ['a remote chance', 1, 5, 'ICD_203'],
    ['highly improbable', 5, 20, 'ICD_203'],
    ['very unlikely', 5, 20, 'ICD_203'],
    ['Unlikely', 20, 45, 'ICD_203'],
    ['improbable', 20, 45, 'ICD_203'],
    ['a roughly even chance', 45, 55, 'ICD_203'],
    ['probable', 55, 80, 'ICD_203'],
    ['it is likely', 55, 80, 'ICD_203'],
    ['very likely', 80, 95, 'ICD_203'],
    ['almost certainly', 95, 99, 'ICD_203'],
  ])('"%s" mean %d to %d percent, by %s', (words, low, high, scheme) => {
    expect(readEstimate(words)).toEqual({ low, high, scheme });
  });

  it.each([
    ['carry no number', 'cautiously optimistic'],
    ['are empty', ''],
    ['are no pair that adds up to 100', '24/7'],
    ['give two numbers', '20 percent, down from 40 percent'],
    ['give two numbers and a word', 'unlikely: 20 percent, down from 40'],
    ['give two odds', '50/50, or one in three'],
    ['pass 100', '120 percent'],
    ['run backwards', '80-70 percent'],
    ['give odds of more than one', 'three in two'],
    ['deny the band’s word', 'not likely'],
    ['deny it afterwards', 'probably not'],
    ['deny it in a contraction', 'it likely won’t happen'],
    ['weigh it as the directive does not', 'highly likely'],
    ['compare', 'more likely than not'],
    ['name two bands', 'unlikely, or at best likely'],
  ])('that %s mean no one range: "%s"', (_, words) => {
    expect(readEstimate(words)).toBeNull();
  });
});
