import type { Pose } from './pose/pose.ts';
import type { Renderer } from './render/engine.ts';

/** An identity ready to be drawn for one session. The session owns it and closes it. */
export interface OpenIdentity {
  readonly id: string;
  readonly neutral: Pose;
  readonly renderer: Renderer;
  close(): void;
}

/**
 * What became of an identity that was being made ready: it is worn from the next frame on; a later call overtook it, or the
 * session ended; it was deleted meanwhile.
 */
export type Prepared = 'ready' | 'overtaken' | 'deleted';

/**
 * The identities of one session: the one being drawn, the one that replaces it at the next frame,
 * and those taken off but perhaps still under a frame that is being drawn. Owns and closes them all.
 */
export class Wardrobe {
  #worn: OpenIdentity | undefined;
  #next: OpenIdentity | undefined;
  #preparing: { readonly identity: string; deleted: boolean } | undefined;
  #closed = false;
  readonly #retired: OpenIdentity[] = [];

  /** The identity to draw. */
  get worn(): OpenIdentity | undefined {
    return this.#worn;
  }

  get empty(): boolean {
    return !this.#worn && !this.#next;
  }

  /**
   * Opens an identity to be worn from the next {@link change} on. A later call overtakes an
   * earlier one that is still under way.
   */
  async prepare(identity: string, open: () => Promise<OpenIdentity>): Promise<Prepared> {
    const preparing = { identity, deleted: false };
    this.#preparing = preparing;
    const opened = await open();
    const overtaken = this.#closed || preparing !== this.#preparing;
    if (overtaken || preparing.deleted) {
      opened.close();
      return preparing.deleted ? 'deleted' : 'overtaken';
    }
    this.#next?.close();
    this.#next = opened;
    return 'ready';
  }

  /** At a frame's boundary: puts on what is prepared. @returns the identity if it is new. */
  change(): OpenIdentity | undefined {
    const next = this.#next;
    if (!next) return undefined;
    this.#next = undefined;
    this.#takeOff();
    this.#worn = next;
    return next;
  }

  /** @returns whether the identity was the one being drawn. */
  forget(identity: string): boolean {
    if (this.#preparing?.identity === identity) this.#preparing.deleted = true;
    if (this.#next?.id === identity) {
      this.#next.close();
      this.#next = undefined;
    }
    if (this.#worn?.id !== identity) return false;
    this.#takeOff();
    return true;
  }

  /** No frame is under way: what was taken off can go. */
  release(): void {
    for (const identity of this.#retired.splice(0)) identity.close();
  }

  close(): void {
    this.#closed = true;
    this.#next?.close();
    this.#next = undefined;
    this.#takeOff();
    this.release();
  }

  #takeOff(): void {
    if (this.#worn) this.#retired.push(this.#worn);
    this.#worn = undefined;
  }
}
