/** Web Audio smooths nothing here; 1024 samples are 21 ms at 48 kHz, enough for a bar that moves with speech. */
const WINDOW = 1024;

let context: AudioContext | undefined;

/** How loud a stream is, for meters and speaking rings. */
export class SoundLevel {
  readonly #source: MediaStreamAudioSourceNode;
  readonly #analyser: AnalyserNode;
  readonly #samples = new Float32Array(WINDOW);

  /** @param track a live audio track, which stays the caller's */
  constructor(track: MediaStreamTrack) {
    context ??= new AudioContext();
    // Refused until the person has touched the page; the level reads 0 till then.
    void context.resume();
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = WINDOW;
    this.#source.connect(this.#analyser);
  }

  /** 0 at −60 dBFS and below … 1 at full scale. */
  read(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    const decibel = 10 * Math.log10(sum / WINDOW + 1e-12);
    return Math.min(1, Math.max(0, 1 + decibel / 60));
  }

  close(): void {
    this.#source.disconnect();
  }
}
