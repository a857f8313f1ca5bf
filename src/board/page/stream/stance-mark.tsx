import type { StanceKind } from '../generated/operations.ts';

const SHAPES: Record<StanceKind, string> = {
  DEMANDS: 'M6 1 11 6 6 11 1 6z',
  OFFERS: 'M1 6h7M5 2l4 4-4 4',
  ACCEPTS: 'M1.5 6.5 4.5 9.5 10.5 2.5',
  CONDITIONS: 'M6 1.5a4.5 4.5 0 1 0 0 9z',
  REJECTS: 'M2 2l8 8M10 2l-8 8',
  UNDECIDED: 'M1 6h2M5 6h2M9 6h2',
};
const FILLED: readonly StanceKind[] = ['DEMANDS', 'CONDITIONS'];
/** Those that point somewhere, and so turn round where the language runs from right to left. */
const TURNS: readonly StanceKind[] = ['OFFERS', 'CONDITIONS'];

/** The shape of a stance, beside its word: nobody has to tell colours apart. */
export function StanceMark({ kind }: { kind: StanceKind }) {
  return (
    <svg
      className="stance-mark"
      data-filled={FILLED.includes(kind)}
      data-turns={TURNS.includes(kind)}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {kind === 'CONDITIONS' && <circle cx="6" cy="6" r="4.5" />}
      <path d={SHAPES[kind]} />
    </svg>
  );
}
