import type { EntryFilter, LedgerEntry, MarkFilter, ReadMarks } from './entry.ts';

/** Who is told what is new, and when there will be nothing more. */
export interface Listener {
  readonly tell: (entries: readonly LedgerEntry[]) => void;
  readonly stop: () => void;
}

/**
 * Listeners by what they want, so that an entry costs what it touches: those of its negotiation and kind, and of these the
 * ones whose first list has one of its marks, are the only ones that are looked at.
 */
export class Listeners {
  readonly #everywhere = new Set<Listener>();
  readonly #inNegotiation = new Map<string, Room>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns what ends the listening */
  add(filter: EntryFilter, listener: Listener): () => void {
    const remove = this.#place(filter, listener);
    this.#size += 1;
    return () => {
      if (remove()) this.#size -= 1;
    };
  }

  tell(entries: readonly LedgerEntry[]): void {
    for (const { tell } of this.#everywhere) tell(entries);
    for (const [negotiationId, room] of this.#touched(entries)) {
      room.tell(entries.filter((entry) => entry.negotiationId === negotiationId));
    }
  }

  stop(): void {
    for (const { stop } of this.#everywhere) stop();
    for (const room of this.#inNegotiation.values()) room.stop();
    this.#everywhere.clear();
    this.#inNegotiation.clear();
    this.#size = 0;
  }

  #place(filter: EntryFilter, listener: Listener): () => boolean {
    const { negotiationId } = filter;
    if (negotiationId === undefined) {
      this.#everywhere.add(listener);
      return () => this.#everywhere.delete(listener);
    }
    const room = getOrMake(this.#inNegotiation, negotiationId, () => new Room());
    const remove = room.add(filter, listener);
    return () => {
      const removed = remove();
      if (room.isEmpty && this.#inNegotiation.get(negotiationId) === room) this.#inNegotiation.delete(negotiationId);
      return removed;
    };
  }

  #touched(entries: readonly LedgerEntry[]): Map<string, Room> {
    const touched = new Map<string, Room>();
    for (const { negotiationId } of entries) {
      const room = negotiationId === null ? undefined : this.#inNegotiation.get(negotiationId);
      if (negotiationId !== null && room !== undefined) touched.set(negotiationId, room);
    }
    return touched;
  }
}

/** Who listens to one negotiation: apart for each choice of kinds, so that nobody is woken by kinds that they do not want. */
class Room {
  readonly #wards = new Map<string, Ward>();

  get isEmpty(): boolean {
    return this.#wards.size === 0;
  }

  add({ subjectTypes, marks }: EntryFilter, listener: Listener): () => boolean {
    // Of no kind is another choice than of any.
    const kinds = subjectTypes === undefined ? 'any' : subjectTypes.join();
    const ward = getOrMake(this.#wards, kinds, () => new Ward(subjectTypes && new Set(subjectTypes)));
    const remove = ward.add(marks, listener);
    return () => {
      const removed = remove();
      if (ward.isEmpty && this.#wards.get(kinds) === ward) this.#wards.delete(kinds);
      return removed;
    };
  }

  tell(entries: readonly LedgerEntry[]): void {
    for (const ward of this.#wards.values()) ward.tell(entries);
  }

  stop(): void {
    for (const ward of this.#wards.values()) ward.stop();
  }
}

/** Of them, who wants the same kinds. */
class Ward {
  readonly #kinds: ReadonlySet<LedgerEntry['subjectType']> | undefined;
  readonly #all = new Set<Listener>();
  readonly #marked = new Map<ReadMarks, Marked>();

  /** @param kinds which are wanted; all, when left out */
  constructor(kinds: ReadonlySet<LedgerEntry['subjectType']> | undefined) {
    this.#kinds = kinds;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0 && this.#marked.size === 0;
  }

  add(marks: MarkFilter | undefined, listener: Listener): () => boolean {
    if (marks === undefined) {
      this.#all.add(listener);
      return () => this.#all.delete(listener);
    }
    const marked = getOrMake(this.#marked, marks.read, () => new Marked(marks.read));
    marked.add(marks, listener);
    return () => {
      const removed = marked.remove(marks, listener);
      if (marked.isEmpty && this.#marked.get(marks.read) === marked) this.#marked.delete(marks.read);
      return removed;
    };
  }

  tell(entries: readonly LedgerEntry[]): void {
    const wanted = this.#kinds ? entries.filter(({ subjectType }) => this.#kinds?.has(subjectType)) : entries;
    if (wanted.length === 0) return;
    for (const { tell } of this.#all) tell(wanted);
    for (const marked of this.#marked.values()) marked.tell(wanted);
  }

  stop(): void {
    for (const { stop } of this.#all) stop();
    for (const marked of this.#marked.values()) marked.stop();
  }
}

/** Who listens by marks that are read the same way. They are told a moment later, but in order. */
class Marked {
  readonly #read: ReadMarks;
  readonly #wanted = new Map<Listener, MarkFilter['wanted']>();
  readonly #byMark = new Map<string, Set<Listener>>();
  #telling: Promise<void> = Promise.resolve();

  constructor(read: ReadMarks) {
    this.#read = read;
  }

  get isEmpty(): boolean {
    return this.#wanted.size === 0;
  }

  add({ wanted }: MarkFilter, listener: Listener): void {
    this.#wanted.set(listener, wanted);
    for (const mark of wanted[0]) getOrMake(this.#byMark, mark, () => new Set()).add(listener);
  }

  remove({ wanted }: MarkFilter, listener: Listener): boolean {
    for (const mark of wanted[0]) {
      const listeners = this.#byMark.get(mark);
      listeners?.delete(listener);
      if (listeners?.size === 0) this.#byMark.delete(mark);
    }
    return this.#wanted.delete(listener);
  }

  tell(entries: readonly LedgerEntry[]): void {
    // Whoever begins to listen while marks are read has seen these entries in the table, and passes over them.
    this.#telling = this.#telling.then(async () => {
      // When they cannot be read, everybody is told: a mark spares work, and decides nothing.
      const marks = await this.#read(entries).catch(() => new Map<bigint, ReadonlySet<string>>());
      const told = new Map<Listener, LedgerEntry[]>();
      for (const entry of entries) {
        for (const listener of this.#listenersOf(marks.get(entry.position))) {
          getOrMake(told, listener, () => []).push(entry);
        }
      }
      for (const [listener, wanted] of told) if (this.#wanted.has(listener)) listener.tell(wanted);
    });
  }

  stop(): void {
    for (const { stop } of this.#wanted.keys()) stop();
  }

  #listenersOf(marks: ReadonlySet<string> | undefined): Iterable<Listener> {
    if (marks === undefined) return this.#wanted.keys();
    const listeners = new Set<Listener>();
    for (const mark of marks) {
      for (const listener of this.#byMark.get(mark) ?? []) {
        const lists = this.#wanted.get(listener) ?? [];
        if (lists.every((list) => list.some((wanted) => marks.has(wanted)))) listeners.add(listener);
      }
    }
    return listeners;
  }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
