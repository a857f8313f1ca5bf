import { vi } from 'vitest';
import type { Database } from '../../../src/database/connect.ts';
import { Client } from './client.ts';
import { Following } from './following.ts';
import { HeldAnswers } from './held-answers.ts';
import { type Node, startNode } from './node.ts';
import type { Observed } from './observed.ts';
import { Reader } from './reader.ts';
import { type Question, RecordModel } from './record-model.ts';
import type { Stage } from './stage.ts';
import { type Bounds, LONG_MS, type Step } from './steps.ts';

/** How many entries make the pages that groups read, as `Pages` has it. */
const ROUND = 64n;
/** How often a node looks after its groups and at the ledger. */
const TICK_MS = 1_000;
const CLIENTS = 3;

/**
 * Plays steps one after the other, each until nothing goes on any more but for answers that are held; then lets go of
 * everything, and sees that everybody was given all that they are to be given.
 * @param database opened with one connection, so that the same steps are always the same interleaving
 * @throws at the step at which something was lost, given twice, out of order, or though it was erased
 */
export async function play(
  database: Database,
  observed: Observed,
  bounds: Bounds,
  steps: readonly Step[],
): Promise<void> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  try {
    const { keptBytes, ...limits } = bounds;
    observed.keptBytes = keptBytes;
    const held = new HeldAnswers(database);
    const failures: unknown[] = [];
    const fail = (error: unknown) => void failures.push(error);
    const start = () => startNode(held.database, limits, fail);
    const node = await start();
    const model = new RecordModel(node.ledger.tail.position);
    await model.open(node.ledger, ROUND);
    await using scene = new Interleaving({ node, model, held, limits, observed, fail }, start);
    for (const step of [...steps, null]) {
      await (step === null ? scene.end() : scene.act(step));
      await held.quiet();
      if (failures.length > 0) throw new Error(`after ${JSON.stringify(step ?? 'the end')}`, { cause: failures[0] });
    }
  } finally {
    vi.useRealTimers();
  }
}

/** What the steps happen to: a node with its clients and readers. */
class Interleaving implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #start: () => Promise<Node>;
  readonly #begin: bigint;
  readonly #before: Observed;
  readonly #nodes: Node[];
  readonly #clients: readonly Client[];
  readonly #readers: Reader[] = [];

  constructor(stage: Stage, start: () => Promise<Node>) {
    this.#stage = stage;
    this.#start = start;
    this.#begin = stage.model.head;
    this.#before = { ...stage.observed };
    this.#nodes = [stage.node];
    this.#clients = Array.from({ length: CLIENTS }, () => new Client(stage));
  }

  async act(step: Step): Promise<void> {
    const { model, held, node } = this.#stage;
    switch (step.do) {
      case 'change':
        return held.freely(() => model.change(node.ledger, step.changes, step.by));
      case 'fill':
        return held.freely(() => model.fill(node.ledger, step.count, step.talks, step.by));
      case 'subscribe':
        return this.#subscribe(step);
      case 'unsubscribe':
        return this.#client(step).unsubscribe();
      case 'stall':
        return this.#client(step).carrier.stall();
      case 'take':
        return this.#client(step).carrier.take(step.most);
      case 'drain':
        return this.#client(step).carrier.flow();
      case 'cut':
        return this.#client(step).carrier.cut();
      case 'resume':
        return this.#client(step).resume();
      case 'read':
        this.#readers.push(new Reader(this.#stage, this.#following({ talks: step.talks, act: null }, step.back)));
        return;
      case 'hold':
        held.isHolding = true;
        return;
      case 'answer':
        return held.give(step.which);
      case 'let go':
        return held.letGo();
      case 'wait':
        return wait(step.ms);
      case 'restart':
        return held.freely(() => this.#restart());
    }
  }

  /** Lets everybody catch up, and sees that they did. */
  async end(): Promise<void> {
    const { held, model } = this.#stage;
    await held.letGo();
    for (const { carrier } of this.#clients) carrier.flow();
    await held.quiet();
    for (const part of [...this.#clients, ...this.#readers]) part.resume();
    await held.quiet();
    // What another node wrote is found by looking.
    wait(TICK_MS);
    await held.quiet();
    const followings = [...this.#clients, ...this.#readers].flatMap((part) => [...part.followings]);
    for (const following of followings) {
      const missing = following.missing(model.wanted(following.question));
      if (missing.length > 0) throw new Error(`${missing} never given`);
    }
    this.#countExecutions();
  }

  /** One an event and group; an erasure has what is under way executed once more. */
  #countExecutions(): void {
    const { observed, model } = this.#stage;
    const executions = this.#nodes.reduce((sum, { groups }) => sum + groups.executions, 0);
    const answersOf = ({ live, paged, dropped }: Observed) => live + paged + dropped;
    const answers = answersOf(observed) - answersOf(this.#before);
    const erasures = model.told.filter(({ action }) => action === 'EXPUNGED').length;
    if (executions < answers || executions > answers * (1 + erasures))
      throw new Error(`${executions} executions for ${answers} answers and ${erasures} erasures`);
  }

  #client({ client }: { readonly client: number }): Client {
    return this.#clients[client % this.#clients.length]!;
  }

  #following(question: Question, back: number | null): Following {
    const { head } = this.#stage.model;
    const most = head - this.#begin;
    const after = back === null ? null : head - (BigInt(back) < most ? BigInt(back) : most);
    return new Following(question, after, head);
  }

  async #subscribe({ client, question, back, ending }: Step & { readonly do: 'subscribe' }): Promise<void> {
    const join = () => this.#client({ client }).subscribe(this.#following(question, back));
    if (ending === null) return join();
    const [first, moments, second] = ending < 0 ? [endGroups, -ending - 1, join] : [join, ending, endGroups];
    first();
    for (let moment = 0; moment < moments; moment += 1) await null;
    second();
  }

  async #restart(): Promise<void> {
    for (const { carrier } of this.#clients) carrier.cut();
    await this.#stage.node.stop();
    this.#stage.node = await this.#start();
    this.#nodes.push(this.#stage.node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { held, node } = this.#stage;
    for (const { carrier } of this.#clients) carrier.cut();
    await held.letGo();
    for (const reader of this.#readers) await reader.stop();
    await node.stop();
    await held.quiet();
  }
}

function endGroups(): void {
  wait(LONG_MS);
}

/** Time passes, and whatever looks now and then looks once. */
function wait(ms: number): void {
  vi.setSystemTime(Date.now() + ms - TICK_MS);
  vi.advanceTimersByTime(TICK_MS);
}
