import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Movement, movement, positionOf, rolesOf, type Stance, type StanceKind } from './rules.ts';

const stance = (kind: StanceKind, saidOn: string, more: Partial<Stance> = {}): Stance => ({
  kind,
  saidEarliest: new Date(`${saidOn}T00:00:00.000Z`),
  saidLatest: new Date(`${saidOn}T23:59:59.999Z`),
  firstPosition: 1n,
  ordinal: 1,
  ...more,
});

describe("a party's position", () => {
  const rejects = stance('REJECTS', '2023-10-28');
  const accepts = stance('ACCEPTS', '2023-10-30', { firstPosition: 2n });

  it('is the stance it took last', () => {
    expect(positionOf([rejects, accepts])).toBe(accepts);
  });

  it('goes by when it was said, not by when it was published', () => {
    const foundLater = stance('DEMANDS', '2023-10-20', { firstPosition: 9n });
    expect(positionOf([rejects, accepts, foundLater])).toBe(accepts);
  });

  it('is silence when it has taken no stance', () => {
    expect(positionOf([])).toBeNull();
  });

  it('when two may have been said until the same moment, is the one that began later', () => {
    const afternoon = stance('OFFERS', '2023-10-28', {
      saidEarliest: new Date('2023-10-28T12:00:00Z'),
    });
    expect(positionOf([afternoon, { ...rejects, firstPosition: 5n }])).toBe(afternoon);
  });

  it('when two were said at one time, is the one published later', () => {
    const published9 = stance('OFFERS', '2023-10-28', { firstPosition: 9n });
    const published10 = stance('CONDITIONS', '2023-10-28', { firstPosition: 10n, ordinal: 0 });
    expect(positionOf([published10, published9])).toBe(published10);
  });

  it('when one statement takes two, is the later in it', () => {
    const second = { ...rejects, kind: 'CONDITIONS', ordinal: 2 } as const;
    expect(positionOf([second, rejects])).toBe(second);
  });

  it('does not depend on the order in which the stances are read', () => {
    const stances = [
      rejects,
      accepts,
      stance('OFFERS', '2023-10-28', { firstPosition: 3n }),
      stance('DEMANDS', '2023-10-29'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(stances, { minLength: 4 }), (shuffled) => {
        expect(positionOf(shuffled)).toBe(accepts);
      }),
    );
  });
});

describe('movement on a term', () => {
  it.each<[StanceKind, StanceKind, Movement]>([
    ['REJECTS', 'UNDECIDED', 'TOWARDS'],
    ['UNDECIDED', 'CONDITIONS', 'TOWARDS'],
    ['UNDECIDED', 'OFFERS', 'TOWARDS'],
    ['CONDITIONS', 'ACCEPTS', 'TOWARDS'],
    ['OFFERS', 'ACCEPTS', 'TOWARDS'],
    ['ACCEPTS', 'CONDITIONS', 'AWAY'],
    ['OFFERS', 'REJECTS', 'AWAY'],
    ['REJECTS', 'REJECTS', 'NONE'],
    ['DEMANDS', 'DEMANDS', 'NONE'],
    ['OFFERS', 'CONDITIONS', 'CHANGED'],
    ['DEMANDS', 'ACCEPTS', 'CHANGED'],
    ['REJECTS', 'DEMANDS', 'CHANGED'],
  ])('from %s to %s is %s', (earlier, later, expected) => {
    expect(movement(earlier, later)).toBe(expected);
  });
});

describe('the parties at the table', () => {
  it('come once each, in the order in which they joined, in the role that they took last', () => {
    const observed = { actorId: 'egypt', role: 'OBSERVER' };
    const mediated = { actorId: 'egypt', role: 'MEDIATOR' };
    const principal = { actorId: 'israel', role: 'PRINCIPAL' };
    expect(rolesOf([observed, principal, mediated])).toEqual([mediated, principal]);
  });
});
