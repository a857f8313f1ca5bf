import { describe, expect, it } from 'vitest';
import { networkOf, rateKeyOf } from './rate-key.ts';

describe('a caller', () => {
  it('with an account is the account, wherever it asks from', () => {
    expect(rateKeyOf({ accountId: 'a1' }, '192.0.2.1')).toBe(rateKeyOf({ accountId: 'a1' }, '2001:db8::1'));
    expect(rateKeyOf({ accountId: 'a1' }, '192.0.2.1')).not.toBe(rateKeyOf({ accountId: 'a2' }, '192.0.2.1'));
  });

  it('without one is an address of IPv4, also where it is written as one of IPv6', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('%s is one of its network, %s', (address, network) => expect(networkOf(address)).toBe(network));
});
