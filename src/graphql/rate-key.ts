import { isIPv6 } from 'node:net';
import type { Viewer } from '../desk/policy.ts';

/** Who is counted as one caller: an account, else whoever comes from one network address. */
export function rateKeyOf({ accountId }: Pick<Viewer, 'accountId'>, address: string): string {
  return accountId === null ? `address ${networkOf(address)}` : `account ${accountId}`;
}

/** An IPv4 address, or the /64 of an IPv6 one: as much as one customer of a network is given. */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [before = [], after] = plain.split('::').map((part) => part.split(':').filter(Boolean));
  // What “::” stands for; an IPv4 address at the end takes the place of two groups, and lies past the network.
  const left = after === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, left)).fill('0'), ...(after ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
