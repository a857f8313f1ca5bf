// What the bench finds, in the words of the table that shows it.
import { quantity, type Figure as ShownFigure } from '../push/figures.ts';

export const FIGURES = ['board', 'log', 'one', 'search', 'cold', 'embedded'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Figure extends Omit<ShownFigure, 'name'> {
  readonly name: FigureName;
}

interface Measured {
  readonly name: FigureName;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
  readonly from?: unknown;
}

/** @param limit the most that it may be, in words and in its unit; null for what is shown for comparison */
export function figure(
  measured: Measured,
  limit: { readonly words: string; readonly most: number; readonly base: number } | null,
  base?: number,
): Figure {
  if (Number.isNaN(measured.value))
    return { ...measured, value: null, limit: null, ratio: null, verdict: 'not measured' };
  if (limit === null) {
    const ratio = base === undefined ? null : measured.value / base;
    return { ...measured, limit: null, ratio, verdict: 'shown' };
  }
  return {
    ...measured,
    limit: `${limit.words} (${quantity(limit.most, measured.unit)})`,
    ratio: measured.value / limit.base,
    verdict: measured.value <= limit.most ? 'ok' : 'over',
  };
}
