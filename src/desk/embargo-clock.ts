import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { Prisma } from '../database/connect.ts';
import { commit, type Decision } from '../graphql/commit.ts';
import { decideForRecord } from '../graphql/desk-mutation.ts';
import { ConflictError, DomainError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Plan } from '../ledger/plan.ts';
import { changeDraft, findDraft, type Standing } from './drafts.ts';
import { askToPublish } from './publish-draft.ts';

/** How long it looks at nothing, for want of a nudge. */
const LOOK_MS = 1_000;
/** How long the database has to answer before it is asked again. */
const ANSWER_MS = 10_000;
/** How many embargoes it knows of ahead. */
const AHEAD = 100;
/** How soon what failed for no fault of the draft is tried again, and how seldom at last. */
const RETRY_MS = { first: 1_000, last: 60_000 };
/** How often in a row that may be while the database answers: half a minute, after which the desk is to know. */
const TRIES_MOST = 6;
const REFUSED =
  'It could not be published, several times in a row, for a reason that only the log of the server tells: ask whoever runs it, or write it otherwise.';

interface Due {
  readonly id: string;
  readonly embargoedUntil: Date;
  /** Milliseconds until its instant, by the database's clock: those of the nodes may differ. */
  readonly inMs: number;
}

/**
 * Publishes drafts when their embargo ends. Every node has one, and none leads: all of them try, and the draft goes in
 * the transaction that publishes it, so that one of them does. What was due while no node ran is published at once.
 */
export class EmbargoClock {
  readonly #ledger: Ledger;
  readonly #type: GraphQLInputObjectType;
  readonly #logger: Logger;
  readonly #failed = new Map<string, { readonly waitMs: number; readonly until: number; readonly tries: number }>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #again = false;
  #isStopped = false;

  constructor(ledger: Ledger, schema: GraphQLSchema, logger: Logger) {
    this.#ledger = ledger;
    // The mutation's own argument is of this type.
    this.#type = schema.getType('PublishStatementInput') as GraphQLInputObjectType;
    this.#logger = logger;
    // Perhaps an embargo was set or moved.
    ledger.onNudge('desk', () => this.#look());
    this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #look(): void {
    if (this.#isStopped) return;
    this.#again = true;
    this.#looking ??= this.#release().finally(() => {
      this.#looking = null;
    });
  }

  async #release(): Promise<void> {
    let waitMs = LOOK_MS;
    while (this.#again && !this.#isStopped) {
      this.#again = false;
      clearTimeout(this.#timer);
      try {
        waitMs = await this.#releaseDue();
      } catch (error) {
        waitMs = LOOK_MS;
        this.#logger.warn({ err: error }, 'embargoes could not be looked at; trying again');
      }
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => this.#look(), waitMs).unref();
  }

  /** Publishes what is due. @returns when to look again, in milliseconds */
  async #releaseDue(): Promise<number> {
    const ahead = await this.#ledger.read<Due>(
      Prisma.sql`
      SELECT id, embargoed_until AS "embargoedUntil",
        (extract(epoch FROM embargoed_until - clock_timestamp()) * 1000)::float8 AS "inMs"
      FROM draft WHERE embargoed_until IS NOT NULL ORDER BY embargoed_until, id LIMIT ${AHEAD}`,
      { withinMs: ANSWER_MS },
    );
    const now = Date.now();
    const due = ahead.filter(({ id, inMs }) => inMs <= 0 && (this.#failed.get(id)?.until ?? 0) <= now);
    for (const draft of due) {
      if (this.#isStopped) return LOOK_MS;
      await this.#end(draft);
    }
    if (ahead.length === AHEAD && due.length > 0) return 0;
    const next = ahead.find(({ inMs }) => inMs > 0)?.inMs ?? LOOK_MS;
    return Math.max(0, Math.min(Math.ceil(next), LOOK_MS));
  }

  async #end(due: Due): Promise<void> {
    try {
      await this.#commit('releaseEmbargo', due, async (draft) => {
        const { restricted } = await this.#ledger.look();
        // Of what is kept to some, what it is for alone: an external id of other talks means nothing in it.
        const hidden = new Set([...restricted].filter((id) => id !== draft.negotiationId));
        return decideForRecord(
          this.#ledger,
          { hidden, author: null },
          askToPublish(draft, this.#type, null, draft.descriptorAnswer),
        );
      });
      this.#failed.delete(due.id);
    } catch (error) {
      if (error instanceof NotDueError) return;
      // Others kept writing first: that is no fault of the draft.
      const isConflict = error instanceof ConflictError;
      if (error instanceof DomainError && !isConflict) return this.#fail(due, error.message);
      const tries = isConflict || !(await this.#isAnswered()) ? 0 : 1 + (this.#failed.get(due.id)?.tries ?? 0);
      this.#tryLater(due, error, tries);
      if (tries >= TRIES_MOST) await this.#fail(due, REFUSED);
    }
  }

  /** What is wrong with the draft stays wrong until somebody of the desk does something about it: so they are told. */
  async #fail(due: Due, message: string): Promise<void> {
    try {
      await this.#commit('failEmbargo', due, async (draft) => {
        const plan = new Plan();
        changeDraft(plan, draft, { state: 'FAILED', embargoedUntil: null, note: message.slice(0, 2_000) }, null);
        const { id, negotiationId } = draft;
        return {
          plan,
          subject: { type: 'Draft', id },
          about: { type: 'Draft', id, negotiationId },
          payload: () => null,
        };
      });
      this.#failed.delete(due.id);
      this.#logger.warn({ draft: due.id }, 'a draft could not be published when its embargo ended');
    } catch (error) {
      if (!(error instanceof NotDueError)) this.#tryLater(due, error);
    }
  }

  async #isAnswered(): Promise<boolean> {
    return this.#ledger.read(Prisma.sql`SELECT 1`, { withinMs: ANSWER_MS }).then(
      () => true,
      () => false,
    );
  }

  #tryLater({ id }: Due, error: unknown, tries = this.#failed.get(id)?.tries ?? 0): void {
    const waited = this.#failed.get(id)?.waitMs;
    const waitMs = waited === undefined ? RETRY_MS.first : Math.min(2 * waited, RETRY_MS.last);
    this.#failed.set(id, { waitMs, until: Date.now() + waitMs, tries });
    this.#logger.error(
      { err: error, draft: id },
      'an embargo ended and its draft could not be published; trying again',
    );
  }

  async #commit<Payload>(
    operation: string,
    { id, embargoedUntil }: Due,
    decide: (draft: Standing) => Promise<Decision<Payload>>,
  ): Promise<void> {
    await commit<Payload>(this.#ledger, NOBODY, {
      operation,
      key: null,
      digest: new Uint8Array(),
      // An editor let it be published when they set the embargo.
      allow: () => {},
      isThere: async () => true,
      decide: async () => {
        const draft = await findDraft(this.#ledger.prisma, id);
        // Another node was first, or the desk: it was published, discarded, or its embargo moved.
        if (draft?.embargoedUntil?.getTime() !== embargoedUntil.getTime()) throw new NotDueError();
        return decide(draft);
      },
      again: () => {
        throw new Error('without a key nothing is asked for again');
      },
    });
  }
}

const NOBODY = { accountId: null, keyId: null };

/** What was due is not, or no more. */
class NotDueError extends Error {}
