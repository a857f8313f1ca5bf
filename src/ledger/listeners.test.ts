import { expect, it } from 'vitest';
import type { LedgerEntry } from './entry.ts';
import { Listeners } from './listeners.ts';

const entry: LedgerEntry = {
  position: 1n,
  recordedAt: new Date('2026-03-02T00:00:00Z'),
  negotiationId: 'talks',
  action: 'PUBLISHED',
  subjectType: 'Statement',
  subjectId: 'said',
  note: null,
  ordinal: 1,
};

it('who ends listening twice takes nobody else with them', () => {
  const listeners = new Listeners();
  const told: string[] = [];
  const listen = (name: string, kind: LedgerEntry['subjectType']) =>
    listeners.add({ negotiationId: 'talks', subjectTypes: [kind] }, { tell: () => told.push(name), stop: () => {} });
  listen('terms', 'Term');
  const end = listen('first', 'Statement');
  end();
  listen('second', 'Statement');
  end();
  listeners.tell([entry]);
  expect(told).toEqual(['second']);
});
