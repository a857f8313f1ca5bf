import { describe, expect, it } from 'vitest';
import { figuresIn, secondsOf } from './figures.ts';

const figures = figuresIn('en', { atLeast: (value) => `at least ${value}`, atMost: (value) => `at most ${value}` });

describe('figures', () => {
  it.each([
    [45, 55, '45–55%'],
    [50, 50, '50%'],
    [62.5, 62.5, '62.5%'],
    [80, null, 'at least 80%'],
    [null, 20, 'at most 20%'],
    [null, null, null],
  ])('write %s to %s percent as %s', (low, high, text) => {
    expect(figures.percent(low, high)).toBe(text);
  });

  it.each([
    ['PT1H30S', '1 hr'],
    ['PT2H45M10S', '2 hr 45 min'],
    ['PT26H', '1 day 2 hr'],
    ['P2D', '2 days'],
    ['PT9.5S', '9 sec'],
    ['PT0S', '0 sec'],
  ])('write %s as %s', (iso, text) => {
    expect(figures.lag(iso)).toBe(text);
  });

  it.each([
    ['PT1H', 'PT3H', '1 hr – 3 hr'],
    ['PT2H', 'PT2H', '2 hr'],
    ['PT2H', null, 'at least 2 hr'],
    [null, 'PT72H', 'at most 3 days'],
    [null, null, null],
  ])('write %s to %s as %s', (low, high, text) => {
    expect(figures.lags(low, high)).toBe(text);
  });

  it('know the seconds of a duration', () => {
    expect(secondsOf('P1DT2H3M4.5S')).toBe(93_784.5);
  });
});
