import { Prisma } from '../database/connect.ts';
import type { Appended } from '../ledger/append.ts';
import { AlreadyRecordedError, ConflictError, WithdrawnError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Change, Plan } from '../ledger/plan.ts';

/** What the audit is told that a mutation is about: a subject of the record, or something of the desk's own. */
export interface About {
  readonly type: string;
  readonly id: string;
  readonly negotiationId: string | null;
}

/** What one mutation decided. */
export interface Decision<Payload> {
  readonly plan: Plan;
  /** What it is answered with. */
  readonly subject: { readonly type: string; readonly id: string };
  /** What the audit is told that it is about. */
  readonly about: About;
  /** The entry that is answered with, when it was written before. */
  readonly position?: bigint;
  /** JSON that is kept beside a caller's key: what it takes to answer the same again, beside the subject and the position. */
  readonly answer?: Prisma.InputJsonValue;
  /** The row of the desk's own that the answer is of, where nothing is written to it: else it is decided again. */
  readonly keptWhile?: Change;
  /** @param appended null when there was nothing to write */
  readonly payload: (appended: Appended | null) => Payload | Promise<Payload>;
}

/** Who does something: an account, and the key that it came with. */
export interface Doer {
  readonly accountId: string | null;
  readonly keyId: string | null;
}

/** An answer that was given before. */
export interface Kept {
  readonly subjectType: string;
  readonly subjectId: string;
  readonly negotiationId: string | null;
  readonly position: bigint | null;
  readonly answer: Prisma.JsonValue;
}

/** One mutation of one caller. */
export interface Action<Payload> {
  readonly operation: string;
  /** A key of the caller's own: the same again gives the first answer. */
  readonly key: string | null;
  /** Of the operation and its input. */
  readonly digest: Uint8Array;
  /** Throws when it is not for the caller: in a negotiation or, with null, on the whole desk. */
  readonly allow: (negotiationId: string | null) => void;
  /** Whether a negotiation is there for the caller: else what was answered of it before is not either. */
  readonly isThere: (negotiationId: string) => Promise<boolean>;
  /** Decides on what stands now, and writes nothing. */
  readonly decide: () => Promise<Decision<Payload>>;
  /** Answers as it did the first time. */
  readonly again: (kept: Kept) => Payload | Promise<Payload>;
}

/** How often an input is decided when others keep writing first. */
const TRIES = 5;

/**
 * Decides and writes: what changes, what the audit says of it, and the answer under the caller's key are one transaction.
 * When somebody else wrote first it is decided once more, on what stands now: what may still be done is done, and what
 * may not gives an error that names the version in force.
 */
export async function commit<Payload>(
  ledger: Ledger,
  doer: Doer,
  action: Action<Payload>,
  tries = TRIES,
): Promise<Payload> {
  const kept = await findKept(ledger, doer, action);
  if (kept !== null && (kept.negotiationId === null || (await action.isThere(kept.negotiationId)))) {
    action.allow(kept.negotiationId);
    return action.again(kept);
  }
  const { plan, subject, about, position, answer, keptWhile, payload } = await action.decide();
  // What belongs to no negotiation is for those who may do it on the whole desk.
  for (const { negotiationId } of [about, ...plan.entries]) action.allow(negotiationId);
  if (action.key !== null) {
    if (kept !== null) {
      throw new AlreadyRecordedError(
        `The idempotency key “${action.key}” was used for what is not there for you any more; use another.`,
        action.key,
      );
    }
    plan.row('idempotency_key', {
      accountId: doer.accountId,
      key: action.key,
      digest: action.digest,
      subjectType: subject.type,
      subjectId: subject.id,
      negotiationId: about.negotiationId,
      position: plan.entries.at(-1) ?? position ?? null,
      answer: answer ?? null,
      createdAt: new Date(),
    });
    if (keptWhile !== undefined) plan.change.push(keptWhile);
  }
  if (plan.isEmpty) return payload(null);
  plan.audit = {
    accountId: doer.accountId,
    keyId: doer.keyId,
    operation: action.operation,
    negotiationId: about.negotiationId,
    subjectType: about.type,
    subjectId: about.id,
  };
  let appended: Appended;
  try {
    appended = await ledger.append(plan);
  } catch (error) {
    const lostRace = error instanceof ConflictError || error instanceof AlreadyRecordedError;
    if (!lostRace || tries <= 1) throw error;
    return commit(ledger, doer, action, tries - 1);
  }
  return payload(appended);
}

/**
 * @throws AlreadyRecordedError when the key was used for something else
 * @throws WithdrawnError when what it was used for was expunged, so that nobody knows any more whether it is the same
 * @throws ConflictError when that was a draft that has ended, of which nobody knows it either
 */
async function findKept({ read }: Ledger, { accountId }: Doer, { key, digest }: Action<unknown>): Promise<Kept | null> {
  if (key === null) return null;
  const [kept] = await read<Kept & { digest: Uint8Array | null }>(Prisma.sql`
    SELECT digest, subject_type AS "subjectType", subject_id AS "subjectId",
      negotiation_id AS "negotiationId", position, answer
    FROM idempotency_key WHERE account_id = ${accountId}::uuid AND key = ${key} AND created_at >= clock_timestamp() - interval '24 hours'`);
  if (kept === undefined) return null;
  if (kept.digest === null) {
    const used = `the idempotency key “${key}” was used for`;
    throw kept.subjectType === 'Draft'
      ? new ConflictError(`The draft that ${used} is gone.`)
      : new WithdrawnError(`What ${used} was expunged.`);
  }
  if (Buffer.compare(kept.digest, digest) !== 0) {
    throw new AlreadyRecordedError(
      `The idempotency key “${key}” was used for something else already; use another key for another input.`,
      key,
    );
  }
  return kept;
}

/** Forgets what is kept no longer, also while nothing is written that would. */
export async function forgetAnswers({ prisma }: Ledger): Promise<void> {
  await prisma.$executeRaw`DELETE FROM idempotency_key WHERE created_at < clock_timestamp() - interval '24 hours'`;
}
