import type { Answer } from './answer.ts';
import { type Answers, indexAfter } from './answer-log.ts';
import type { Carrier, Operation } from './carrier.ts';
import type { Group, Laggard } from './group.ts';

/**
 * One subscription: a place in the ledger, up to which its client was given everything. What comes after that place is
 * taken from the group's log, and from pages of the ledger where the log does not reach back so far.
 */
export class Subscriber implements Operation, Laggard {
  readonly group: Group;
  readonly carrier: Carrier;
  /** What the carrier puts before each answer; null for nothing. */
  readonly head: Buffer | null;
  #position: bigint;
  #page: Answers | null = null;
  /** Waits for the client to take what it was sent, or for a page. */
  #isWaiting = false;
  /**
   * While it is not up to date: since when it waits for the client, if it does, and how much of what the group ever gave it
   * has had.
   */
  #lag: { since: number | null; bytes: number } | null = null;

  constructor(group: Group, carrier: Carrier, head: Buffer | null, position: bigint) {
    this.group = group;
    this.carrier = carrier;
    this.head = head;
    this.#position = position;
  }

  /** Comes back by itself when it had to wait. */
  advance(): void {
    while (!this.#isWaiting && this.carrier.isOpen) {
      const { log } = this.group;
      const isLive = this.#position >= log.start;
      const source = isLive ? log : this.#page;
      if (source !== null && source.end > this.#position) this.#takeFrom(source);
      else if (isLive) break;
      else this.#wait(this.#turnPage(), null);
    }
    if (!this.#isWaiting) this.#upToDate();
  }

  enter(): void {
    this.group.add(this);
    this.group.services.fanOut.serve(this.carrier);
  }

  leave(): void {
    this.group.remove(this);
    this.group.services.lagging.delete(this);
  }

  forget(): void {
    this.#page = null;
  }

  isTooFarBehind(now: number): boolean {
    if (this.#lag === null) return false;
    const { lagCloseMs, lagCloseBytes } = this.group.services.limits;
    const { since, bytes } = this.#lag;
    return (since !== null && now - since > lagCloseMs) || this.group.log.bytesEver - bytes > lagCloseBytes;
  }

  #takeFrom(source: Answers): void {
    for (let index = indexAfter(source, this.#position); index < source.answers.length; index += 1) {
      if (this.carrier.backlog > this.group.services.limits.lagBytes) {
        // Who takes nothing for long is not to hold what others do not need.
        this.#page = null;
        this.#wait(new Promise((drained) => this.carrier.onceDrained(drained)), Date.now());
        return;
      }
      const answer = source.answers[index] as Answer;
      this.carrier.write(answer, this.head);
      this.#position = answer.position;
      if (this.#lag !== null) this.#lag.bytes += answer.bytes;
    }
    this.#position = source.end;
  }

  async #turnPage(): Promise<void> {
    this.#page = await this.group.page(this.#position);
  }

  /** It goes on: whoever is slow may lag for long, and whoever takes nothing may not. */
  #goOn(): void {
    this.#isWaiting = false;
    if (this.#lag !== null) this.#lag.since = null;
    this.group.services.fanOut.serve(this.carrier);
  }

  #upToDate(): void {
    this.#page = null;
    if (this.#lag === null) return;
    this.#lag = null;
    this.group.services.lagging.delete(this);
  }

  /** @param since when it began to wait for the client; null when it is the ledger that is waited for */
  #wait(event: Promise<void>, since: number | null): void {
    this.#isWaiting = true;
    this.#lag ??= { since, bytes: this.group.log.bytesEver };
    this.#lag.since = since;
    this.group.services.lagging.add(this);
    void event.then(() => this.#goOn());
  }
}
