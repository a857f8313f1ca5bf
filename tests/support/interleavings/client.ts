import { checkEvent, readEvent } from './event.ts';
import type { Following } from './following.ts';
import { asking } from './node.ts';
import { SlowCarrier } from './slow-carrier.ts';
import type { Stage } from './stage.ts';

/** A client with subscriptions over one connection, which comes back after a break and goes on from what it has taken. */
export class Client {
  readonly #stage: Stage;
  readonly #followings = new Map<string, Following>();
  #carrier: SlowCarrier;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#carrier = this.#connect();
  }

  get carrier(): SlowCarrier {
    return this.#carrier;
  }

  get followings(): Iterable<Following> {
    return this.#followings.values();
  }

  subscribe(following: Following): void {
    this.resume();
    this.#followings.set(following.id, following);
    this.#join(following);
  }

  /** Ends the subscription that it has had for longest. */
  unsubscribe(): void {
    const [id] = this.#followings.keys();
    if (id === undefined) return;
    this.#followings.delete(id);
    this.#carrier.end(id);
  }

  resume(): void {
    if (this.#carrier.isOpen) return;
    this.#carrier = this.#connect();
    for (const following of this.#followings.values()) {
      following.resume(this.#stage.model.head);
      this.#join(following);
    }
  }

  #connect(): SlowCarrier {
    const stage = this.#stage;
    const carrier: SlowCarrier = new SlowCarrier(
      (answer, head, backlog) => {
        const following = this.#followings.get(head);
        try {
          if (following === undefined) throw new Error('a subscription that had ended was written to');
          if (backlog > stage.limits.lagBytes) throw new Error(`${backlog} bytes waited, and more was written`);
          const { ledger } = stage.node;
          const event = readEvent(answer);
          const told = following.give(ledger.cursors.open(event.cursor), stage.model.wanted(following.question));
          const { erasedAt } = told.statement;
          checkEvent(event, told, erasedAt !== null && erasedAt <= ledger.tail.position);
        } catch (error) {
          stage.fail(error);
        }
        return () => following?.take(answer.position);
      },
      () => {
        stage.observed.sentAway += 1;
        if (!carrier.isStalled && !stage.held.isHolding) stage.fail(new Error('a client was sent away that takes all'));
      },
    );
    return carrier;
  }

  #join(following: Following): void {
    const { node, model, fail } = this.#stage;
    const carrier = this.#carrier;
    const { talks, act } = following.question;
    const after = following.from === null ? null : node.ledger.cursors.seal(following.from);
    node.groups
      .join(asking(model.talks[talks], act, after), carrier, Buffer.from(following.id))
      .then((subscriber) => {
        if (!carrier.isOpen || !this.#followings.has(following.id)) return subscriber.leave();
        following.begun(model.head);
        carrier.start(following.id, subscriber);
      })
      .catch(fail);
  }
}
