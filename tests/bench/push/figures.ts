// What the bench finds, each figure with its limit.

/** Says what is under way. */
export type Tell = (step: string) => void;

export const FIGURES = [
  'cpu',
  'together',
  'memory',
  'latency',
  'stall',
  'executions',
  'stalled',
  'resume',
  'nodes',
] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Figure {
  readonly name: FigureName;
  readonly what: string;
  /** Null when there is nothing to show; the note says why. */
  readonly value: number | null;
  readonly unit: string;
  /** In words; null for what is shown for comparison. */
  readonly limit: string | null;
  /** To the baseline, where there is one. */
  readonly ratio: number | null;
  readonly verdict: 'ok' | 'over' | 'shown' | 'not measured';
  readonly note: string;
  /** What it was taken from, for whoever reads the JSON. */
  readonly from?: unknown;
}

interface Measured {
  readonly name: FigureName;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly note?: string;
  readonly from?: unknown;
}

export interface Baseline {
  readonly words: string;
  readonly value: number;
}

/** A figure that may be so many times its baseline. */
export function atMostTimes(measured: Measured, times: number, { words, value }: Baseline): Figure {
  const ratio = measured.value / value;
  const limit = `${times} × ${words} (${quantity(value, measured.unit)})`;
  return { note: '', ...measured, limit, ratio, verdict: ratio <= times ? 'ok' : 'over' };
}

/** A figure that may be so large, whatever others reach. */
export function atMost(measured: Measured, most: number, baseline?: Baseline): Figure {
  const ratio = baseline === undefined ? null : measured.value / baseline.value;
  const limit = `at most ${quantity(most, measured.unit)}`;
  return { note: '', ...measured, limit, ratio, verdict: measured.value <= most ? 'ok' : 'over' };
}

/** A figure that has to be one number. */
export function exactly(measured: Measured, wanted: number): Figure {
  const limit = `exactly ${quantity(wanted, measured.unit)}`;
  return { note: '', ...measured, limit, ratio: null, verdict: measured.value === wanted ? 'ok' : 'over' };
}

/** What has no limit, and stands beside one that has. */
export function shown(measured: Measured, baseline?: Baseline): Figure {
  const ratio = baseline === undefined ? null : measured.value / baseline.value;
  return { note: '', ...measured, limit: null, ratio, verdict: 'shown' };
}

export function notMeasured(name: FigureName, what: string, why: string): Figure {
  return { name, what, value: null, unit: '', limit: null, ratio: null, verdict: 'not measured', note: why };
}

/** Three digits that count, and the unit. */
export function quantity(value: number, unit: string): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const number = Number.isInteger(value) ? String(value) : value.toFixed(Math.min(digits, 3));
  return `${number} ${unit}`.trim();
}
