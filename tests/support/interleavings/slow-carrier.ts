import type { Answer } from '../../../src/push/answer.ts';
import type { Carrier, Operation } from '../../../src/push/carrier.ts';

/** Told of what is written, whose it is, and what may wait before it; gives what is to be done once the client takes it. */
export type OnWrite = (answer: Answer, head: string, backlog: number) => () => void;

/** A connection to a client that takes what it is sent at once, or later, or in parts, or never. */
export class SlowCarrier implements Carrier {
  isOpen = true;
  isDue = false;
  backlog = 0;
  readonly #operations = new Map<string, Operation>();
  readonly #waiting: { readonly bytes: number; readonly taken: () => void }[] = [];
  readonly #onWrite: OnWrite;
  readonly #onTooFarBehind: () => void;
  #isStalled = false;
  #drained: (() => void)[] = [];

  constructor(onWrite: OnWrite, onTooFarBehind: () => void) {
    this.#onWrite = onWrite;
    this.#onTooFarBehind = onTooFarBehind;
  }

  get operations(): Iterable<Operation> {
    return this.#operations.values();
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  cork(): void {}

  uncork(): void {}

  write(answer: Answer, head: Buffer | null): void {
    const taken = this.#onWrite(answer, String(head), this.backlog);
    this.#waiting.push({ bytes: answer.bytes, taken });
    this.backlog += answer.bytes;
    if (!this.#isStalled) this.take();
  }

  onceDrained(listener: () => void): void {
    this.#drained.push(listener);
  }

  tooFarBehind(): void {
    if (!this.isOpen) return;
    this.#onTooFarBehind();
    this.cut();
  }

  refuse(): void {
    throw new Error('nothing is restricted here');
  }

  start(id: string, operation: Operation): void {
    this.#operations.set(id, operation);
  }

  end(id: string): void {
    this.#operations.get(id)?.leave();
    this.#operations.delete(id);
  }

  /** The client takes nothing, until it is told to. */
  stall(): void {
    this.#isStalled = true;
  }

  /** The client takes some of what waits for it. */
  take(most = Number.POSITIVE_INFINITY): void {
    for (const { bytes, taken } of this.#waiting.splice(0, most)) {
      this.backlog -= bytes;
      taken();
    }
    if (this.backlog > 0) return;
    for (const drained of this.#drained.splice(0)) drained();
  }

  /** The client takes all, and whatever comes. */
  flow(): void {
    this.#isStalled = false;
    this.take();
  }

  /** What was not taken is lost. */
  cut(): void {
    this.isOpen = false;
    this.#waiting.length = 0;
    for (const id of this.#operations.keys()) this.end(id);
  }
}
