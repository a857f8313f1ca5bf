import { expect } from 'vitest';
import { FOLLOW, type SpokenWorld, told } from './following.ts';
import { greetedSocket } from './raw-socket.ts';

/** Follows all the time, in a subscription that no test shares, and is to notice nothing of what others do. */
export interface Witness {
  /** Lets it hear once more, and looks whether it heard everything, once and in order. */
  hasNoticedNothing(): Promise<void>;
}

export async function openWitness(world: SpokenWorld): Promise<Witness> {
  const socket = await greetedSocket(world.url);
  socket.subscribe('witness', `# Witness\n${FOLLOW}`, { talks: world.talks, after: await world.head() });
  return {
    hasNoticedNothing: async () => {
      await world.say();
      const seen: string[] = [];
      while (seen.at(-1) !== `said ${world.said()}`) {
        const [{ data }] = await socket.events('witness', 1);
        seen.push(data.statements.statement.text);
      }
      expect(socket.isOpen).toBe(true);
      expect(told(socket, 'witness')).toEqual(Array.from({ length: world.said() }, (_, n) => `said ${n + 1}`));
    },
  };
}
