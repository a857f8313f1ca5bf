import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { statementNames } from './statement-names.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const often = (nameOf: (text: string) => string | undefined, text: string) => {
  nameOf(text);
  nameOf(text);
  return nameOf(text);
};

it('a statement that comes often has a name of its own, and keeps it', () => {
  const nameOf = statementNames(() => {});
  expect(nameOf('SELECT 1')).toBeUndefined();
  const name = often(nameOf, 'SELECT 1');
  expect(name).toBeDefined();
  expect(nameOf('SELECT 1')).toBe(name);
  expect(often(nameOf, 'SELECT 2')).not.toBe(name);
});

it('what comes often when there is no room has it after a while, and no name ever means two things', () => {
  const forget = vi.fn();
  const nameOf = statementNames(forget);
  const given = new Map<string, string>();
  const name = (text: string) => {
    const found = often(nameOf, text);
    if (found !== undefined) expect(given.get(found) ?? text).toBe(text);
    if (found !== undefined) given.set(found, text);
    return found;
  };
  let count = 0;
  while (name(`SELECT ${count}`) !== undefined) count += 1;
  expect(count).toBe(300);
  expect(forget).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(name('SELECT late')).toBeDefined();
  expect(forget).toHaveBeenCalledTimes(1);
  for (let again = 0; again < 200; again += 1) expect(name(`SELECT ${again}`)).toBeDefined();
});
