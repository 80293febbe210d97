import { ClientError } from './client-error.ts';
import { type CameraSource, DEFAULTS, type MicrophoneSource } from './options.ts';

/** The picture and voice of the driver. What the SDK opened itself, `release` stops; the page's own goes on. */
export interface Capture {
  readonly video: MediaStreamTrack | null;
  readonly audio: MediaStreamTrack | null;
  release(): void;
}

/**
 * Opens a camera source and the voice that goes with it.
 * @param server where the sample actor's clip is
 * @throws ClientError `insecure_context`, `camera_denied`, `camera_missing`, `camera_busy`,
 * `capture_unsupported`, `capture_failed`.
 */
export async function openCapture(
  camera: CameraSource,
  microphone: MicrophoneSource | undefined,
  server: URL,
): Promise<Capture> {
  if (camera === 'sample-actor') return withVoice(await playSampleActor(server), microphone);
  if (camera instanceof MediaStream) return withVoice(borrow(camera), microphone);
  if (camera instanceof HTMLVideoElement) return withVoice(captureElement(camera), microphone);
  const { video = DEFAULTS.camera, audio } = asStreamConstraints(camera);
  const voice = audio ?? microphone ?? 'if-there-is-one';
  if (voice instanceof MediaStreamTrack) {
    const picture = await openDevices({ video, audio: false });
    return withTracks(picture, voice, () => stopAll(picture));
  }
  const stream =
    voice === 'if-there-is-one'
      ? await openWithAnyVoice(video)
      : await openDevices({ video, audio: voice });
  return withTracks(stream, null, () => stopAll(stream));
}

function asStreamConstraints(
  camera: MediaStreamConstraints | MediaTrackConstraints,
): MediaStreamConstraints {
  return 'video' in camera || 'audio' in camera
    ? camera
    : { video: camera as MediaTrackConstraints };
}

/** Nobody asked for a microphone in particular: a machine without one still has a face to show. */
async function openWithAnyVoice(video: boolean | MediaTrackConstraints): Promise<MediaStream> {
  try {
    return await openDevices({ video, audio: true });
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'camera_missing') throw error;
    return openDevices({ video, audio: false });
  }
}

async function withVoice(
  picture: Capture,
  microphone: MicrophoneSource | undefined,
): Promise<Capture> {
  if (microphone === undefined) return picture;
  if (microphone === false) return { ...picture, audio: null };
  if (microphone instanceof MediaStreamTrack) return { ...picture, audio: microphone };
  const voice = await openDevices({ audio: microphone, video: false });
  return {
    video: picture.video,
    audio: voice.getAudioTracks()[0] ?? null,
    release: () => {
      stopAll(voice);
      picture.release();
    },
  };
}

async function openDevices(constraints: MediaStreamConstraints): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new ClientError(
      'insecure_context',
      'This page may not use a camera: open it over https, or as localhost.',
    );
  }
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (cause) {
    throw captureError(cause);
  }
}

function captureError(cause: unknown): ClientError {
  switch (cause instanceof DOMException ? cause.name : '') {
    case 'NotAllowedError':
      return new ClientError(
        'camera_denied',
        'The browser was not allowed to use the camera or microphone. Allow it in the address bar and try again.',
        { cause },
      );
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new ClientError('camera_missing', 'No such camera or microphone was found.', {
        cause,
      });
    case 'NotReadableError':
    case 'AbortError':
      return new ClientError(
        'camera_busy',
        'The camera or microphone could not be started; another program may be using it.',
        { cause },
      );
    default:
      return new ClientError('capture_failed', 'The camera or microphone could not be opened.', {
        cause,
      });
  }
}

function borrow(stream: MediaStream): Capture {
  return withTracks(stream, null, () => undefined);
}

function withTracks(
  stream: MediaStream,
  voice: MediaStreamTrack | null,
  release: () => void,
): Capture {
  const video = stream.getVideoTracks()[0] ?? null;
  // Tells the encoder to spend on frame rate rather than on still detail.
  if (video) video.contentHint = 'motion';
  return { video, audio: voice ?? stream.getAudioTracks()[0] ?? null, release };
}

type CapturableElement = HTMLVideoElement & {
  captureStream?(): MediaStream;
  mozCaptureStream?(): MediaStream;
};

function captureElement(element: CapturableElement): Capture {
  const stream = element.captureStream?.() ?? element.mozCaptureStream?.();
  if (!stream) {
    throw new ClientError(
      'capture_unsupported',
      'This browser cannot capture a playing video; use a camera instead.',
    );
  }
  return withTracks(stream, null, () => stopAll(stream));
}

/** Plays the clip in a loop, unheard by the driver, until released. */
async function playSampleActor(server: URL): Promise<Capture> {
  const element = document.createElement('video');
  element.crossOrigin = 'anonymous';
  element.loop = true;
  element.muted = true;
  element.playsInline = true;
  element.src = new URL('/sample-actor.webm', server).href;
  try {
    await element.play();
  } catch (cause) {
    throw new ClientError('capture_failed', 'The sample actor could not be played.', { cause });
  }
  const capture = captureElement(element);
  return {
    ...capture,
    release: () => {
      capture.release();
      element.pause();
      element.removeAttribute('src');
      element.load();
    },
  };
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
