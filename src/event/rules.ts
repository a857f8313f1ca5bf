export type Effect = 'HELPS' | 'HINDERS' | 'MIXED' | 'NONE';

/** The effects that make an event contested when both are said. */
export const OPPOSED = ['HELPS', 'HINDERS'] as const satisfies readonly Effect[];

/**
 * Whether an event is assessed both ways, given which effects the assessments in force say: one that it
 * helps, another that it hinders. MIXED is on neither side: a source that weighs both disputes nobody, so
 * it neither makes an event contested nor settles it.
 */
export function isContested(said: ReadonlySet<Effect>): boolean {
  return OPPOSED.every((effect) => said.has(effect));
}
