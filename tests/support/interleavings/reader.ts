import { Feed } from '../../../src/ledger/feed.ts';
import { NOTHING_HIDDEN } from '../../../src/ledger/hidden.ts';
import type { Following } from './following.ts';
import type { Stage } from './stage.ts';

/** Reads the ledger entry by entry, without a group, as whoever else follows it may. */
export class Reader {
  readonly #following: Following;
  readonly #stage: Stage;
  #iterator: AsyncIterator<{ readonly entry: { readonly position: bigint } }> | null = null;

  constructor(stage: Stage, following: Following) {
    this.#stage = stage;
    this.#following = following;
    this.#run().catch(stage.fail);
  }

  get followings(): Iterable<Following> {
    return [this.#following];
  }

  /** Goes on where its node has stopped. */
  resume(): void {
    if (this.#iterator !== null) return;
    this.#following.resume(this.#stage.model.head);
    this.#run().catch(this.#stage.fail);
  }

  async stop(): Promise<void> {
    await this.#iterator?.return?.();
  }

  async #run(): Promise<void> {
    const { node, model } = this.#stage;
    const { from, question } = this.#following;
    const after = from === null ? null : node.ledger.cursors.seal(from);
    const feed = await Feed.open(node.ledger, after, {
      hidden: () => NOTHING_HIDDEN,
      filter: { negotiationId: model.talks[question.talks], subjectTypes: ['Statement'] },
    });
    this.#following.begun(model.head);
    const iterator = feed[Symbol.asyncIterator]();
    this.#iterator = iterator;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) break;
      const { position } = value.entry;
      this.#following.give(position, model.wanted(question));
      this.#following.take(position);
    }
    this.#iterator = null;
  }
}
