export type Effect = 'HELPS' | 'HINDERS' | 'MIXED' | 'NONE';

/** What one statement says an event does to the talks. */
export interface Impact {
  readonly effect: Effect;
}

/** The assessments to be shown beside each other; each list keeps the order given. */
export interface Sides<I extends Impact> {
  readonly helps: readonly I[];
  readonly hinders: readonly I[];
  readonly mixed: readonly I[];
  readonly none: readonly I[];
}

/**
 * Whether an event is assessed both ways, given what is in force of its assessments: one says that it
 * helps, another that it hinders. MIXED is on neither side: a source that weighs both disputes nobody, so
 * it neither makes an event contested nor settles it.
 */
export function contested(impacts: readonly Impact[]): boolean {
  const { helps, hinders } = sidesOf(impacts);
  return helps.length > 0 && hinders.length > 0;
}

/** The assessments of an event by their effect, given what is in force of them. */
export function sidesOf<I extends Impact>(impacts: readonly I[]): Sides<I> {
  const saying = (effect: Effect) => impacts.filter((impact) => impact.effect === effect);
  return {
    helps: saying('HELPS'),
    hinders: saying('HINDERS'),
    mixed: saying('MIXED'),
    none: saying('NONE'),
  };
}
