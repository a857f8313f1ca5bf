import type { FigureName } from './figures.ts';
import type { Plan } from './rounds.ts';

/** What is measured with so many subscribers, and how long. */
export interface FanOut {
  readonly subscribers: number;
  readonly wanted: ReadonlySet<FigureName>;
  readonly rounds: number;
  /** No round begins after so many milliseconds of rounds, the first excepted. */
  readonly budgetMs: number;
  readonly single: Plan;
  /** Of stock graphql-ws, which takes many times as long. */
  readonly singleOfStock: Plan;
  readonly together: Plan;
}
