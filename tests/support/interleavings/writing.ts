import { expect } from 'vitest';
import { append } from '../../../src/ledger/append.ts';
import { ConflictError } from '../../../src/ledger/errors.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import type { Plan } from '../../../src/ledger/plan.ts';

/** Who writes: the node itself, another one that nobody hears of, or one whose transaction is rolled back. */
export type Writer = 'this node' | 'another node' | 'nobody';

/** @returns the position before the plan's first entry; null when it was rolled back */
export async function write(ledger: Ledger, plan: Plan, writer: Writer): Promise<bigint | null> {
  switch (writer) {
    case 'this node':
      return (await ledger.append(plan)).base;
    case 'another node':
      return (await append(ledger.prisma, plan)).base;
    case 'nobody': {
      // Positions are taken and rows written before this one is found not to be there.
      const [until] = plan.entries;
      plan.close.push({ table: 'term', key: 'id', id: crypto.randomUUID(), expected: 1n, until: until! });
      await expect(ledger.append(plan)).rejects.toThrow(ConflictError);
      return null;
    }
  }
}

export function openTalks(plan: Plan, id: string): void {
  const subject = { type: 'Negotiation' as const, id };
  const entry = { action: 'RECORDED' as const, subject, negotiationId: id, note: null };
  plan.entries.push(entry);
  plan.row('negotiation', {
    id,
    fromPosition: entry,
    firstPosition: entry,
    slug: id,
    title: id,
    status: 'ACTIVE',
    access: 'PUBLIC',
  });
}

/** Adds entries about something else than statements. */
export function fill(plan: Plan, count: number, negotiationId: string | null): void {
  for (let left = count; left > 0; left -= 1) {
    const subject = { type: 'Term' as const, id: crypto.randomUUID() };
    plan.entries.push({ action: 'RECORDED', subject, negotiationId, note: null });
  }
}
