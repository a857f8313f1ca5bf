import { Prisma, type PrismaClient } from '../database/connect.ts';
import { AlreadyRecordedError, ConflictError } from './errors.ts';
import type { Plan } from './plan.ts';

export interface Appended {
  /** The position before the plan's first entry: the nth entry has `base + n`. */
  readonly base: bigint;
  readonly head: bigint;
  readonly recordedAt: Date;
}

/**
 * Writes a plan in one statement, which is one transaction: numbers are given and rows written under the
 * head's lock in a single round trip.
 * @throws ConflictError when a version that the plan ends is no longer the one in force, or what it rests on has changed
 * @throws AlreadyRecordedError when a slug or external id was taken meanwhile
 */
export async function append(prisma: PrismaClient, plan: Plan): Promise<Appended> {
  try {
    const [row] = await prisma.$queryRaw<{ base: bigint; head: bigint; head_recorded_at: Date }[]>`
      SELECT * FROM ledger_append(${plan.serialise()}::jsonb)`;
    if (row === undefined) throw new Error('ledger_append gave no row');
    return { base: row.base, head: row.head, recordedAt: row.head_recorded_at };
  } catch (error) {
    throw domainError(error);
  }
}

function domainError(error: unknown): unknown {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return error;
  const cause = (error.meta?.driverAdapterError as { cause?: { originalCode?: string } } | undefined)?.cause;
  if (cause?.originalCode === 'PY409') {
    return new ConflictError('Somebody else changed this first; read it again, then decide.');
  }
  if (cause?.originalCode === '23505') {
    // Which it was stands in PostgreSQL's own words alone, which are for nobody outside.
    return new AlreadyRecordedError('Somebody else took this slug or external id first.', '');
  }
  return error;
}
