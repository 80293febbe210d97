import { LRUCache } from 'lru-cache';

/** An enrolled identity in use: stays in memory until the last lease is returned. */
export interface EnrolledLease<Enrolled> {
  readonly enrolled: Enrolled;
  release(): void;
}

interface Entry<Enrolled> {
  readonly id: string;
  readonly enrolled: Enrolled;
  readonly bytes: number;
  leases: number;
}

/**
 * Enrolled identities in memory, up to a budget in bytes, the least recently used leaving first.
 * One in use is kept outside the budget until it is returned. Several sessions that ask for the
 * same identity at once share one enrolment.
 */
export class EnrolledCache<Enrolled> {
  readonly #enrol: (id: string) => Promise<Enrolled>;
  readonly #bytes: (enrolled: Enrolled) => number;
  readonly #discard: (enrolled: Enrolled) => void;
  readonly #resting: LRUCache<string, Entry<Enrolled>>;
  readonly #leased = new Map<string, Entry<Enrolled>>();
  #deletions = 0;
  readonly #enrolling = new Map<string, Promise<Entry<Enrolled>>>();

  constructor(options: {
    /** Makes an identity ready to be drawn; what it throws reaches whoever asked. */
    readonly enrol: (id: string) => Promise<Enrolled>;
    readonly bytes: (enrolled: Enrolled) => number;
    /** Told once of each identity that the cache gives up, when nobody uses it any more. */
    readonly discard: (enrolled: Enrolled) => void;
    readonly maxBytes: number;
  }) {
    this.#enrol = options.enrol;
    this.#bytes = options.bytes;
    this.#discard = options.discard;
    this.#resting = new LRUCache({
      maxSize: options.maxBytes,
      sizeCalculation: ({ bytes }) => Math.max(1, bytes),
      dispose: ({ enrolled }, _, reason) => {
        if (reason === 'evict') this.#discard(enrolled);
      },
    });
  }

  /** Bytes held by identities that nobody uses at the moment. */
  get restingBytes(): number {
    return this.#resting.calculatedSize;
  }

  /** Identities in memory, in use or not. */
  get ids(): readonly string[] {
    return [...this.#leased.keys(), ...this.#resting.keys()];
  }

  /** @throws whatever enrolling throws; a later call tries again. */
  async lease(id: string): Promise<EnrolledLease<Enrolled>> {
    const entry = await this.#get(id);
    // Another caller may have taken the same entry while this one waited.
    this.#resting.delete(id);
    this.#leased.set(id, entry);
    entry.leases++;
    let held = true;
    return {
      enrolled: entry.enrolled,
      release: () => {
        if (held) this.#return(entry);
        held = false;
      },
    };
  }

  /** The identity was deleted: the next lease starts from what is on disk. */
  forget(id: string): void {
    this.#deletions++;
    const resting = this.#resting.peek(id);
    this.#resting.delete(id);
    if (resting) this.#discard(resting.enrolled);
    this.#leased.delete(id);
    this.#enrolling.delete(id);
  }

  /** Gives up every identity that nobody uses. */
  clear(): void {
    for (const { enrolled } of this.#resting.values()) this.#discard(enrolled);
    this.#resting.clear();
  }

  async #get(id: string): Promise<Entry<Enrolled>> {
    for (;;) {
      const before = this.#deletions;
      const entry = this.#leased.get(id) ?? this.#resting.get(id) ?? (await this.#enrolOnce(id));
      // What was deleted while it was being read must not come back: read again, or find it gone.
      if (this.#deletions === before) return entry;
    }
  }

  #return(entry: Entry<Enrolled>): void {
    if (--entry.leases > 0) return;
    const forgotten = this.#leased.get(entry.id) !== entry;
    if (!forgotten) {
      this.#leased.delete(entry.id);
      this.#resting.set(entry.id, entry);
    }
    // What is larger than the whole budget does not stay either.
    if (this.#resting.peek(entry.id) !== entry) this.#discard(entry.enrolled);
  }

  #enrolOnce(id: string): Promise<Entry<Enrolled>> {
    const underWay = this.#enrolling.get(id);
    if (underWay) return underWay;
    const enrolling = this.#enter(id).finally(() => {
      if (this.#enrolling.get(id) === enrolling) this.#enrolling.delete(id);
    });
    this.#enrolling.set(id, enrolling);
    return enrolling;
  }

  async #enter(id: string): Promise<Entry<Enrolled>> {
    const enrolled = await this.#enrol(id);
    return { id, enrolled, bytes: this.#bytes(enrolled), leases: 0 };
  }
}
