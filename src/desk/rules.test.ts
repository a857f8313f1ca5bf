import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formKey, isStanding, keyProblems, readKey } from './rules.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const LATER = new Date('2026-11-22T12:00:01Z');
const key = formKey(Buffer.alloc(6, 0xab), Buffer.alloc(32, 0xff));

describe('a key', () => {
  it('is its prefix in hex and its secret in base64url', () => {
    expect(key).toBe('parley_abababababab___________________________________________8');
  });

  it('is read from a header or bare, whatever its secret is made of', () => {
    for (let n = 0; n < 200; n++) {
      const given = formKey(randomBytes(6), randomBytes(32));
      const read = { prefix: given.slice(7, 19), hash: createHash('sha256').update(given).digest() };
      expect(readKey(`Bearer ${given}`)).toEqual(read);
      expect(readKey(`bearer  ${given}`)).toEqual(read);
      expect(readKey(given)).toEqual(read);
    }
  });

  it('is nothing else', () => {
    const others = [
      '',
      'Bearer',
      'Bearer ',
      `Basic ${key}`,
      `Bearer Bearer ${key}`,
      `${key}A`,
      key.slice(0, -1),
      key.toUpperCase(),
      `x${key}`,
      key.replace('parley', 'other'),
    ];
    for (const given of others) expect(readKey(given), given).toBeNull();
  });

  it('opens something until it expires or is revoked', () => {
    expect(isStanding({ expiresAt: null, revokedAt: null }, NOW)).toBe(true);
    expect(isStanding({ expiresAt: LATER, revokedAt: null }, NOW)).toBe(true);
    expect(isStanding({ expiresAt: NOW, revokedAt: null }, NOW)).toBe(false);
    expect(isStanding({ expiresAt: LATER, revokedAt: NOW }, NOW)).toBe(false);
  });

  it('is issued to somebody, until some time to come', () => {
    const problems = (name: string, expiresAt: Date | null) =>
      keyProblems({ name, role: 'EDITOR', expiresAt }, NOW).map(({ path }) => path[0]);
    expect(problems('Night desk', null)).toEqual([]);
    expect(problems('Night desk', LATER)).toEqual([]);
    expect(problems(' ', NOW)).toEqual(['name', 'expiresAt']);
    expect(problems('x'.repeat(201), new Date(Number.NaN))).toEqual(['name', 'expiresAt']);
    expect(problems('a\u0000', null)).toEqual(['name']);
  });
});
