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

/** An enrolment under way. */
class Enrolling<Enrolled> {
  /** Callers who will hold a lease on it from the moment it is there. */
  waiting = 0;
  /** Nothing where the identity was deleted meanwhile. */
  readonly entry: Promise<Entry<Enrolled> | undefined>;

  constructor(enter: (enrolling: Enrolling<Enrolled>) => Promise<Entry<Enrolled> | undefined>) {
    this.entry = enter(this);
  }
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
  readonly #enrolling = new Map<string, Enrolling<Enrolled>>();

  constructor(options: {
    /** Makes an identity ready to be drawn; what it throws reaches whoever asked. */
    readonly enrol: (id: string) => Promise<Enrolled>;
    readonly bytes: (enrolled: Enrolled) => number;
    /** Told once of each identity that was enrolled, when the cache gives it up and nobody uses it. */
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

  /** The entry, with this caller counted among its leases. */
  async #get(id: string): Promise<Entry<Enrolled>> {
    for (;;) {
      const known = this.#leased.get(id) ?? this.#resting.get(id);
      if (known) {
        this.#resting.delete(id);
        this.#leased.set(id, known);
        known.leases++;
        return known;
      }
      const entry = await this.#enrolOnce(id);
      // What was deleted while it was being read must not come back: read again, or find it gone.
      if (entry && this.#leased.get(id) === entry) return entry;
      if (entry) this.#return(entry);
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

  #enrolOnce(id: string): Promise<Entry<Enrolled> | undefined> {
    let enrolling = this.#enrolling.get(id);
    if (!enrolling) {
      enrolling = new Enrolling((own) => this.#enter(id, own));
      this.#enrolling.set(id, enrolling);
    }
    enrolling.waiting++;
    return enrolling.entry;
  }

  /** Each who waits has a lease from the start: the first to return its own does not end the others'. */
  async #enter(id: string, own: Enrolling<Enrolled>): Promise<Entry<Enrolled> | undefined> {
    let forgotten = false;
    const enrolled = await this.#enrol(id).finally(() => {
      forgotten = this.#enrolling.get(id) !== own;
      if (!forgotten) this.#enrolling.delete(id);
    });
    if (forgotten) {
      this.#discard(enrolled);
      return undefined;
    }
    const entry = { id, enrolled, bytes: this.#bytes(enrolled), leases: own.waiting };
    this.#leased.set(id, entry);
    return entry;
  }
}
