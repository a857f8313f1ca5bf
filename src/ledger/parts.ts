import { askedOf, type Columns } from './columns.ts';
import { type Ahead, type Lead, linkTo, type VersionBatch } from './snapshot.ts';

/** How many levels and parts are read with the rows above them; what lies deeper is read level by level. */
const LEVELS_MOST = 6;
const PARTS_MOST = 24;

/** One part of a statement: the rows of one batch that others lead to. */
export interface Step {
  readonly name: string;
  readonly table: string;
  columns: Columns;
  readonly batch: VersionBatch<unknown> | null;
  readonly sources: Way[];
  readonly aheads: Ahead[];
  /** Whether all of its rows are read where the first ones are. */
  isStill: boolean;
}

/** How the rows of one part lead to those of another. */
export interface Way extends Omit<Lead, 'batch' | 'ahead'> {
  readonly above: Step;
  /** The property of the rows above that has what they lead to. */
  readonly link: string;
}

/** A part for each batch of a level. What nothing lies below is read in the last part that asks for the same. */
export function stepsOf(root: Step): readonly Step[] {
  const steps: Step[] = [];
  let above: Step[] = [root];
  for (let level = 1; level <= LEVELS_MOST && above.length > 0 && steps.length < PARTS_MOST; level += 1) {
    const parts = new Map<VersionBatch<unknown>, Step>();
    for (const step of above) {
      for (const { batch, ahead, ...way } of step.aheads.flatMap(({ leads }) => leads)) {
        const { name: table, columns } = batch.table;
        const part = parts.get(batch) ?? { name: '', table, columns, batch, sources: [], aheads: [], isStill: true };
        parts.set(batch, part);
        part.sources.push({ ...way, above: step, link: linkTo(batch, ahead) });
        part.aheads.push(ahead);
      }
    }
    above = [...parts.values()];
    steps.push(...above);
  }
  const last = new Map(steps.filter(isLeaf).map((step) => [step.batch, step]));
  const isKept = (step: Step) => !isLeaf(step) || last.get(step.batch) === step;
  for (const { batch, sources, aheads } of steps.filter((step) => !isKept(step))) {
    last.get(batch)?.sources.push(...sources);
    last.get(batch)?.aheads.push(...aheads);
  }
  const kept = steps.filter(isKept);
  for (const step of kept) {
    step.columns = askedOf(step.columns, unionOf(step.aheads), beside(step));
    // Those above come before.
    step.isStill = step.sources.every(({ above, at }) => above.isStill && at === undefined);
  }
  return [root, ...kept.map((step, index) => Object.assign(step, { name: `p${index + 1}` }))];
}

function isLeaf({ aheads }: Step): boolean {
  return aheads.every(({ leads }) => leads.length === 0);
}

function unionOf(aheads: readonly Ahead[]): { readonly properties: ReadonlySet<string> | null } {
  const all = aheads.map(({ properties }) => properties);
  return { properties: all.includes(null) ? null : new Set(all.flatMap((properties) => [...(properties ?? [])])) };
}

function beside({ batch }: Step): string[] {
  return batch === null ? [] : [batch.by];
}
