/** What the server accepts, refused here at once so that nobody waits for an upload to learn it. */
const TYPES: readonly string[] = ['image/jpeg', 'image/png', 'image/webp'];
const MAX_PIXELS = 16_000_000;
/** Below this a face has too few pixels for a sharp avatar. */
const MIN_SIDE = 128;
/** Avatars are 512 pixels wide: files larger than this are made smaller before they travel. */
const LARGE_BYTES = 3_000_000;
const SENT_SIDE = 2048;
const SENT_QUALITY = 0.92;
/** A picture kept small for the list; the file itself is not touched. */
const MAX_FILE_BYTES = 40_000_000;

/** A picture to enrol: `problem` says why it cannot be used, else `blob` is what to send. */
export interface Picture {
  readonly id: number;
  readonly name: string;
  readonly preview: string | null;
  readonly blob: Blob;
  readonly problem: string | null;
}

let count = 0;

/** Looks into a file: never throws, the problem is told with the picture. The caller revokes `preview`. */
export async function inspectPicture(file: File): Promise<Picture> {
  const picture = { id: ++count, name: file.name, blob: file as Blob, preview: null };
  if (!TYPES.includes(file.type)) {
    return { ...picture, problem: 'Not a JPEG, PNG or WebP picture.' };
  }
  if (file.size > MAX_FILE_BYTES) return { ...picture, problem: 'The file is larger than 40 MB.' };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return { ...picture, problem: 'The file is damaged: it cannot be opened as a picture.' };
  }
  const { width, height } = bitmap;
  try {
    const preview = URL.createObjectURL(file);
    if (width * height > MAX_PIXELS) {
      return { ...picture, preview, problem: `${width} × ${height} is more than 16 megapixels.` };
    }
    if (Math.min(width, height) < MIN_SIDE) {
      return {
        ...picture,
        preview,
        problem: `${width} × ${height} is too small; use ${MIN_SIDE} pixels or more.`,
      };
    }
    const blob = file.size > LARGE_BYTES ? await shrink(bitmap, file) : file;
    return { ...picture, preview, blob, problem: null };
  } finally {
    bitmap.close();
  }
}

/** A still of a running video, as large as it is. */
export async function takeSnapshot(video: HTMLVideoElement, name: string): Promise<File | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0) return null;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new File([blob], name, { type: 'image/png' });
}

async function shrink(bitmap: ImageBitmap, original: File): Promise<Blob> {
  const scale = Math.min(1, SENT_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(
    Math.round(bitmap.width * scale),
    Math.round(bitmap.height * scale),
  );
  const context = canvas.getContext('2d');
  if (!context) return original;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: SENT_QUALITY });
  return new File([blob], original.name, { type: blob.type });
}
