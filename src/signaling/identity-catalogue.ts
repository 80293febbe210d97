import { UnderstudyError } from '../errors.ts';
import type { EnrolRequest, IdentitySummary } from './identity-api.ts';

/** One identity as the catalogue knows it; where its picture is fetched is the HTTP side's affair. */
export type CatalogueEntry = Omit<IdentitySummary, 'pictureUrl'>;

/**
 * An uploaded picture: the file's bytes as they come, unchecked. To be read to its end, or given
 * up, before the next one is asked for.
 */
export type UploadedPicture = AsyncIterable<Uint8Array>;

/**
 * An enrolment refused for what was uploaded, not for a failure of ours: `code` and sentence go
 * to whoever uploaded it.
 */
export class EnrolmentRefused extends UnderstudyError {
  /** Which picture was at fault, from 0; undefined when it was not one of them. */
  readonly picture: number | undefined;

  constructor(code: string, message: string, detail: { picture?: number; cause?: unknown } = {}) {
    super(code, message, { cause: detail.cause });
    this.name = 'EnrolmentRefused';
    this.picture = detail.picture;
  }
}

/** An enrolment that the server could not see through, whatever its pictures: worth another try. */
export class EnrolmentPostponed extends UnderstudyError<'busy' | 'interrupted'> {
  override readonly name = 'EnrolmentPostponed';
}

/**
 * The identities that calls can use: the seam between HTTP and signaling on one side and the
 * identity store on the other.
 */
export interface IdentityCatalogue {
  /** Built-in ones first, then by time of creation. */
  list(): Promise<readonly CatalogueEntry[]>;
  find(id: string): Promise<CatalogueEntry | undefined>;
  /** The first example as a PNG or WebP file; undefined when there is no such identity. */
  picture(id: string): Promise<Uint8Array | undefined>;
  /**
   * Reads the pictures no faster than they can be dealt with, and resolves when the identity can
   * be joined with. Whatever is thrown, nothing is kept.
   * @throws EnrolmentRefused, EnrolmentPostponed, and what reading the pictures throws; anything
   * else counts as the server's own failure.
   */
  enrol(identity: EnrolRequest, pictures: AsyncIterable<UploadedPicture>): Promise<CatalogueEntry>;
  /** Forgets an identity, its pictures and its consent record. Not to be called for built-in ones. */
  delete(id: string): Promise<void>;
  /**
   * Calls back, with its id, for every identity that goes away, whoever deleted it.
   * @returns what stops that.
   */
  onDeleted(listener: (id: string) => void): () => void;
}
