import { EventEmitter } from '../sdk/event-emitter.ts';
import { type Capture, type ClientError, openCapture } from '../sdk/index.ts';

/** What drives the avatar, as the lobby and the call both show it. */
export type DriverState =
  | { readonly kind: 'off' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'failed'; readonly error: ClientError }
  | {
      readonly kind: 'live';
      readonly source: 'camera' | 'sample-actor';
      readonly stream: MediaStream;
    };

export interface DeviceChoice {
  readonly camera?: string;
  readonly microphone?: string;
}

/** The camera and microphone, or the sample actor: the one owner of what was opened. */
export class Driver extends EventEmitter<{ change: DriverState }> {
  readonly #server: URL;
  #state: DriverState = { kind: 'off' };
  #capture: Capture | null = null;
  #generation = 0;

  constructor(server: URL) {
    super();
    this.#server = server;
  }

  get state(): DriverState {
    return this.#state;
  }

  /** The devices in use; undefined for the sample actor. */
  get devices(): DeviceChoice {
    const camera = this.#capture?.video?.getSettings().deviceId;
    const microphone = this.#capture?.audio?.getSettings().deviceId;
    return { ...(camera ? { camera } : {}), ...(microphone ? { microphone } : {}) };
  }

  openCamera({ camera, microphone }: DeviceChoice = {}): Promise<void> {
    const video = {
      width: { ideal: 640 },
      height: { ideal: 480 },
      frameRate: { ideal: 30 },
      ...(camera ? { deviceId: { exact: camera } } : {}),
    };
    const voice = microphone ? { deviceId: { exact: microphone } } : undefined;
    return this.#open('camera', () => openCapture(video, voice, this.#server));
  }

  openSampleActor(): Promise<void> {
    return this.#open('sample-actor', () => openCapture('sample-actor', undefined, this.#server));
  }

  close(): void {
    this.#generation++;
    this.#release();
    this.#enter({ kind: 'off' });
  }

  /** A newer opening overtakes an older one that is still waiting for permission. */
  async #open(source: 'camera' | 'sample-actor', open: () => Promise<Capture>): Promise<void> {
    const generation = ++this.#generation;
    // A camera that another constraint set holds is "busy" on some systems: let go of it first.
    this.#release();
    this.#enter({ kind: 'opening' });
    let capture: Capture;
    try {
      capture = await open();
    } catch (error) {
      if (generation === this.#generation)
        this.#enter({ kind: 'failed', error: error as ClientError });
      return;
    }
    if (generation !== this.#generation) {
      capture.release();
      return;
    }
    this.#capture = capture;
    const tracks = [capture.video, capture.audio].filter((track) => track !== null);
    capture.video?.addEventListener('ended', () => {
      if (this.#capture === capture) this.close();
    });
    this.#enter({ kind: 'live', source, stream: new MediaStream(tracks) });
  }

  #release(): void {
    this.#capture?.release();
    this.#capture = null;
  }

  #enter(state: DriverState): void {
    this.#state = state;
    this.emit('change', state);
  }
}
