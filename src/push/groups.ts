import { GraphQLError, locatedError } from 'graphql';
import type { LedgerEntry } from '../ledger/entry.ts';
import { type Asked, cursorOf, groupKeyOf, NoRoomError, NotSubscribedError } from './asked.ts';
import type { Carrier } from './carrier.ts';
import { Execution, type ExecutionOptions } from './execution.ts';
import { FanOut } from './fan-out.ts';
import { Group, type GroupServices, type LagLimits } from './group.ts';
import { Pages } from './pages.ts';
import { Places } from './places.ts';
import { Subscriber } from './subscriber.ts';

/**
 * How much of their answers all groups together may keep, and as much again in pages that are being caught up with; each
 * answer as JSON and, once sent, as frames.
 */
const KEPT_BYTES = 32_000_000;
const KEPT_BYTES_A_GROUP = 4_000_000;
/** How long a group goes on with nobody in it: a network that comes back finds everything as it was. */
const LINGER_MS = 30_000;
const TICK_MS = 1_000;

export interface GroupLimits extends LagLimits {
  /** How many different subscriptions a node follows at a time, and how many of them that one address began. */
  readonly groups: number;
  readonly groupsAnAddress: number;
}

/** A group that is being made or is there, and the address that began it. */
interface Begun {
  readonly made: Promise<Group>;
  readonly address: string;
}

/** What somebody is told who follows talks that are not there for them any more. */
const GONE = new GraphQLError('The record has no such negotiation any more.', { extensions: { code: 'NOT_FOUND' } });

/** All groups of a node: finds or makes the one of a subscription, and holds what they share. */
export class Groups {
  readonly #options: ExecutionOptions;
  readonly #execution: Execution;
  readonly #groups = new Map<string, Begun>();
  readonly #places: Places;
  readonly #pages = new Pages(KEPT_BYTES);
  readonly #services: GroupServices;
  readonly #timer: NodeJS.Timeout;
  #unlisten: (() => void) | null = null;
  #erasures = 0;
  /** What was erased while there were groups, and where: entries that were read before wait in them with their notes. */
  readonly #erased = new Map<string, bigint>();

  /** @param options `lookAtKeys` has whoever's key ended before leave their groups, or throws when that is not known */
  constructor(options: ExecutionOptions & { readonly limits: GroupLimits; lookAtKeys(): Promise<void> }) {
    this.#options = options;
    this.#places = new Places(options.limits.groups, options.limits.groupsAnAddress);
    this.#execution = new Execution(options);
    this.#services = {
      fanOut: new FanOut(),
      limits: options.limits,
      lagging: new Set(),
      keptBytes: ({ feed }) =>
        feed.isOfRecord ? Math.min(KEPT_BYTES_A_GROUP, KEPT_BYTES / Math.max(1, this.#groups.size)) : 0,
      erasures: () => this.#erasures,
      asItStands: (entry) =>
        entry.position < (this.#erased.get(entry.subjectId) ?? 0n) ? { ...entry, note: null } : entry,
      page: (group, after) => (group.feed.isOfRecord ? this.#pages.after(group, after) : group.readPage(after)),
      lookAtKeys: () => options.lookAtKeys(),
      failed: (error) => options.logger.warn({ err: error }, 'events could not be read; trying again'),
    };
    this.#timer = setInterval(() => void this.#look(), TICK_MS).unref();
    options.ledger.restrictions.onChange(() => this.#accessChanged());
  }

  /** How often an event was executed, for whoever measures. */
  get executions(): number {
    return this.#execution.count;
  }

  /**
   * Puts a client into the group of its subscription, at the place that it wants to go on from.
   * @param head what the carrier puts before each answer
   * @throws NotSubscribedError, NoRoomError
   */
  async join(asked: Asked, carrier: Carrier, head: Buffer | null): Promise<Subscriber> {
    const { schema, mask } = this.#options;
    try {
      const cursor = cursorOf(asked, schema, mask);
      let group = await this.#groupOf(asked);
      const position = await group.feed.positionAfter(cursor);
      // One that was empty for long may have ended in this very moment.
      while (group.isClosed) group = await this.#groupOf(asked);
      const subscriber = new Subscriber(group, carrier, head, position);
      subscriber.enter();
      return subscriber;
    } catch (error) {
      if (error instanceof NotSubscribedError || error instanceof NoRoomError) throw error;
      const { field } = asked.operation;
      throw new NotSubscribedError([mask(locatedError(error, [field], [(field.alias ?? field.name).value]))]);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#unlisten?.();
    this.#each((group) => group.close());
    this.#groups.clear();
  }

  async #groupOf(asked: Asked): Promise<Group> {
    const key = groupKeyOf(asked);
    for (;;) {
      const known = this.#groups.get(key);
      if (known === undefined) return this.#begin(key, asked);
      // What was wrong may have been the cursor of whoever asked first, which is nobody else's.
      const group = await known.made.catch(() => null);
      if (group !== null) return group;
    }
  }

  #begin(key: string, asked: Asked): Promise<Group> {
    const { address } = asked;
    const refusal = this.#places.take(address);
    if (refusal !== null) throw new NoRoomError(refusal);
    const made = this.#make(asked);
    const begun = { made, address };
    this.#groups.set(key, begun);
    this.#unlisten ??= this.#options.ledger.tail.listen({}, { tell: (told) => this.#erase(told), stop: () => {} });
    made.catch(() => this.#remove(key, begun));
    return made;
  }

  /** Unless another stands under its key by now. */
  #remove(key: string, begun: Begun): void {
    if (this.#groups.get(key) !== begun) return;
    this.#groups.delete(key);
    this.#places.leave(begun.address);
  }

  async #make(asked: Asked): Promise<Group> {
    const executable = await this.#execution.prepare(asked);
    // It may have gone since it was looked for.
    if (!executable.isThere()) throw new NotSubscribedError([GONE]);
    return new Group(executable, executable.feed.position, this.#services);
  }

  /** What was made of the record before an expunction may hold words that are to be seen no more. */
  #erase(entries: readonly LedgerEntry[]): void {
    const expunged = entries.filter(({ action }) => action === 'EXPUNGED');
    if (expunged.length === 0) return;
    for (const { subjectId, position } of expunged) this.#erased.set(subjectId, position);
    this.#forget();
  }

  /** What was made before others might read may show what is not there any more; and some follow just that. */
  #accessChanged(): void {
    this.#forget();
    for (const [key, begun] of this.#groups) {
      begun.made.then(
        (group) => {
          if (group.endIfGone(GONE)) this.#remove(key, begun);
        },
        () => {},
      );
    }
  }

  #forget(): void {
    this.#erasures += 1;
    this.#execution.forget();
    this.#pages.forget();
    for (const subscriber of this.#services.lagging) subscriber.forget();
    this.#each(({ log }) => log.forget());
  }

  async #look(): Promise<void> {
    const now = Date.now();
    for (const subscriber of this.#services.lagging) {
      if (subscriber.isTooFarBehind(now)) subscriber.carrier.tooFarBehind();
    }
    for (const [key, begun] of this.#groups) {
      const group = await begun.made.catch(() => null);
      if (group === null) continue;
      group.log.trim(this.#services.keptBytes(group));
      group.log.forgetFailed();
      if (group.emptySince === null) continue;
      // Where there is little room, it is for those whom somebody follows.
      const lingerMs = this.#places.isHalfTaken(begun.address) ? 0 : LINGER_MS;
      if (now - group.emptySince < lingerMs) continue;
      group.close();
      this.#remove(key, begun);
    }
    if (this.#groups.size > 0) return;
    this.#unlisten?.();
    this.#unlisten = null;
    // From here on nobody hears of what is erased.
    this.#execution.forget();
    this.#erased.clear();
  }

  #each(work: (group: Group) => void): void {
    // One that could not be made has told whoever waited for it.
    for (const { made } of this.#groups.values()) made.then(work, () => {});
  }
}
