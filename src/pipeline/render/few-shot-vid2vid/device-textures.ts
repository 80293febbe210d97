import type { DeviceSession, DeviceTensor } from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import { sheetBytes, type TextureSheet } from '../warp/texture-sheet.ts';
import { PLANES_INPUT, PLANES_OUTPUT } from './planes-graph.ts';

/**
 * What textures take of a device's memory at most: at 512² those of two dozen identities of five pictures. Who finds no room has
 * the warp painted on the processor.
 */
const MOST_BYTES = 512_000_000;

/** Textures of an identity on a device, for pictures of one side. */
export interface DeviceSheet {
  /** With the texel around them. */
  readonly texels: Px;
  /** (1, 4, texels, texels) bytes each, in the order of the sheet. */
  readonly textures: readonly DeviceTensor[];
  /** (1, 4, side, side) bytes. */
  readonly backdrop: DeviceTensor;
}

/** They stay where they are until whoever holds them releases them, once. */
export interface HeldTextures {
  readonly sheet: DeviceSheet;
  release(): void;
}

interface Entry {
  readonly owner: object;
  readonly side: Px;
  readonly bytes: number;
  readonly sheet: Promise<DeviceSheet>;
  holders: number;
}

/**
 * The textures of those who are drawn on a device, sent there once for each side of pictures. They stay until their owner
 * leaves or, while nobody holds them, others want the room, those that were held least recently first. Owns them.
 */
export class DeviceTextures {
  readonly #open: () => Promise<DeviceSession>;
  readonly #most: number;
  #session: Promise<DeviceSession> | undefined;
  /** Those held least recently first. */
  #entries: readonly Entry[] = [];

  /** @param open the network of `planesGraph`; @param most bytes. */
  constructor(open: () => Promise<DeviceSession>, most = MOST_BYTES) {
    this.#open = open;
    this.#most = most;
  }

  /** What they take of the device's memory. */
  get bytes(): number {
    return this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * @param owner the identity, by whatever object stands for it.
   * @returns undefined where there is no room.
   * @throws ModelError what the device failed with.
   */
  async hold(owner: object, sheet: TextureSheet): Promise<HeldTextures | undefined> {
    const { side } = sheet;
    let entry = this.#entries.find((each) => each.owner === owner && each.side === side);
    if (!entry) {
      const bytes = sheetBytes(sheet);
      if (!this.#makeRoom(bytes)) return undefined;
      entry = { owner, side, bytes, sheet: this.#send(sheet), holders: 0 };
    }
    const held = entry;
    held.holders++;
    this.#entries = [...this.#without(held), held];
    try {
      return { sheet: await held.sheet, release: () => this.#release(held) };
    } catch (cause) {
      this.#entries = this.#without(held);
      throw cause;
    }
  }

  /** The owner is drawn no more. */
  remove(owner: object): void {
    void this.#give((each) => each.owner === owner);
  }

  /** Gives back all that it has of the device. */
  async close(): Promise<void> {
    await this.#give(() => true);
    const session = this.#session;
    this.#session = undefined;
    await (await session)?.close();
  }

  #without(entry: Entry): Entry[] {
    return this.#entries.filter((each) => each !== entry);
  }

  #release(entry: Entry): void {
    entry.holders--;
    if (this.#entries.includes(entry)) this.#entries = [...this.#without(entry), entry];
  }

  #makeRoom(bytes: number): boolean {
    const inUse = this.#entries.reduce((sum, each) => sum + (each.holders > 0 ? each.bytes : 0), 0);
    if (inUse + bytes > this.#most) return false;
    while (this.bytes + bytes > this.#most) {
      const oldest = this.#entries.find(({ holders }) => holders === 0);
      void this.#give((each) => each === oldest);
    }
    return true;
  }

  async #give(leaves: (entry: Entry) => boolean): Promise<void> {
    const leaving = this.#entries.filter(leaves);
    this.#entries = this.#entries.filter((each) => !leaves(each));
    for (const { sheet } of leaving) {
      // One that could not be sent was told to whoever wanted to hold it.
      const sent = await sheet.catch(() => undefined);
      for (const tensor of sent ? [...sent.textures, sent.backdrop] : []) tensor.dispose();
    }
  }

  async #send({ side, texels, count, ...sheet }: TextureSheet): Promise<DeviceSheet> {
    this.#session ??= this.#open();
    const session = await this.#session;
    const send = async (size: Px, data: Uint8Array): Promise<DeviceTensor> => {
      const feeds = { [PLANES_INPUT]: { dims: [1, size, size, 4], data } };
      return (await session.run(feeds, [PLANES_OUTPUT])).kept[PLANES_OUTPUT]!;
    };
    const sent: DeviceTensor[] = [];
    try {
      for (let k = 0; k < count; k++) sent.push(await send(texels, sheet.texture(k)));
      return { texels, textures: [...sent], backdrop: await send(side, sheet.backdrop()) };
    } catch (cause) {
      for (const tensor of sent) tensor.dispose();
      throw cause;
    }
  }
}
