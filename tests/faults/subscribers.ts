import type { Cluster } from './cluster.ts';
import { type Carrier, Follower } from './follower.ts';
import { openHelper, openOfficial } from './sockets.ts';
import { openStream } from './stream.ts';
import type { Subscription } from './subscription.ts';
import type { Talks } from './talks.ts';

/** By what a subscriber follows, or when it begins. A sleeper may read nothing for long. */
export type Means = 'helper' | 'official client' | 'stream' | 'sleeper' | 'latecomer' | 're-reader';

const SUBSCRIBERS: readonly { readonly of: Subscription; readonly by: Partial<Record<Means, number>> }[] = [
  {
    of: { field: 'statements', slug: 'docks' },
    by: { helper: 6, 'official client': 2, stream: 2, latecomer: 3, 're-reader': 2 },
  },
  {
    of: { field: 'statements', slug: 'docks', act: 'DENY' },
    by: { helper: 5, 'official client': 1, latecomer: 1, 're-reader': 2 },
  },
  { of: { field: 'statements', slug: 'docks', speaker: 0 }, by: { helper: 4, sleeper: 1 } },
  // So large that what waits for a sleeper is soon more than a node keeps for it.
  { of: { field: 'statements', slug: 'docks', times: 250 }, by: { sleeper: 3 } },
  { of: { field: 'statements', slug: 'rail' }, by: { helper: 5, 'official client': 1, latecomer: 1 } },
  { of: { field: 'statements', slug: 'rail', act: 'DENY', speaker: 0 }, by: { helper: 3 } },
  {
    of: { field: 'timeline', slug: 'docks' },
    by: { helper: 5, 'official client': 1, stream: 1, sleeper: 1, latecomer: 2, 're-reader': 2 },
  },
  {
    of: { field: 'timeline', slug: 'rail' },
    by: { helper: 3, 'official client': 1, stream: 1, latecomer: 1 },
  },
  { of: { field: 'timeline', slug: 'rail', kinds: ['EVENT'] }, by: { helper: 3, sleeper: 1 } },
];
/** So many of the helpers share one socket. */
const TOGETHER = 5;

/** Opens the subscribers by some means, spread over the doors. */
export function openSubscribers(
  { doors, quietDoor }: Cluster,
  talks: Talks,
  means: readonly Means[],
  from: string,
  onFailure: (error: unknown) => void,
): Carrier[] {
  const carriers: Carrier[] = [];
  const together: Follower[] = [];
  const wanted = SUBSCRIBERS.flatMap(({ of, by }) =>
    means.flatMap((one) => Array.from({ length: by[one] ?? 0 }, () => ({ of, by: one }))),
  );
  for (const [index, { of, by }] of wanted.entries()) {
    const door = by === 'sleeper' ? quietDoor : doors[index % doors.length];
    const name = `${by} ${index + 1} at door ${index % doors.length} (${JSON.stringify(of)})`;
    const follower = new Follower(name, of, talks, from, by === 're-reader');
    const options = { followers: [follower], port: door?.port ?? 0, maySleep: by === 'sleeper', onFailure };
    if (by === 'helper' && index % 3 === 0 && together.length < TOGETHER) together.push(follower);
    else if (by === 'stream') carriers.push(openStream(follower, options));
    else carriers.push(by === 'official client' ? openOfficial(options) : openHelper(options));
  }
  if (together.length > 0) {
    carriers.push(openHelper({ followers: together, port: doors.at(-1)?.port ?? 0, onFailure }));
  }
  return carriers;
}
