import type { Field } from './field.ts';
import { type NetworkWindow, wholeOf, windowAround } from './network-window.ts';

/** What one session's network is given of the field: a part that follows the face, or all where it takes no parts. */
export class FaceWindow {
  readonly #field: Field;
  readonly #parts: boolean;
  readonly #scale: 1 | 2;
  #window: NetworkWindow;

  /**
   * @param parts whether the network takes parts of the field.
   * @param scale cells in a row or column of the field to one of the network's.
   */
  constructor(field: Field, parts: boolean, scale: 1 | 2 = 1) {
    this.#field = field;
    this.#window = wholeOf(field);
    this.#parts = parts;
    this.#scale = scale;
  }

  /** @param points of the face, x, y, z interleaved, sides of the picture. @returns the next frame's window. */
  follow(points: Float32Array): NetworkWindow {
    if (this.#parts) this.#window = windowAround(points, this.#field, this.#window, this.#scale);
    return this.#window;
  }
}
