import manifest from '../../../models/manifest.json' with { type: 'json' };

/** A face landmarker file that is known, so that its bytes can be checked. */
export interface KnownModel {
  readonly name: string;
  readonly about: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly licence: string;
  /** Where it can be fetched from; absent where nobody publishes it alone. */
  readonly url?: string;
}

/** Part of a larger file. */
export interface KnownSlice {
  readonly start: number;
  readonly end: number;
  readonly sha256: string;
}

/** The landmark model that comes with an npm package. */
export interface EmbeddedModel {
  readonly name: string;
  readonly about: string;
  /** As `require.resolve` takes it. */
  readonly file: string;
  readonly detector: KnownSlice;
  readonly mesh: KnownSlice;
}

/** The first is the one that `npm run models` fetches. */
export const FACE_LANDMARKERS: readonly KnownModel[] = manifest.faceLandmarkers;
/** SHA-256 of the files of the engine few-shot-vid2vid, by name. */
export const FEW_SHOT_CHECKSUMS: Readonly<Record<string, string>> = manifest.fewShotVid2vid;
export const EMBEDDED_MODEL: EmbeddedModel = manifest.embedded;
/** The network that tells people from backgrounds, a whole file of the same package. */
export const PERSON_MODEL: Pick<EmbeddedModel, 'name' | 'about' | 'file'> & { sha256: string } =
  manifest.person;
