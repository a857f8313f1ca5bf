import type { LagLimits } from '../../../src/push/group.ts';
import type { HeldAnswers } from './held-answers.ts';
import type { Node } from './node.ts';
import type { Observed } from './observed.ts';
import type { RecordModel } from './record-model.ts';

/** What all who take part in an interleaving share. */
export interface Stage {
  /** Another one after a restart. */
  node: Node;
  readonly model: RecordModel;
  readonly held: HeldAnswers;
  readonly limits: LagLimits;
  readonly observed: Observed;
  /** Ends the interleaving after the step under way. */
  readonly fail: (error: unknown) => void;
}
