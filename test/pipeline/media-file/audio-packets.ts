import { loadNodeAv } from '../../../src/pipeline/decode/node-av.io.ts';
import { openWasmInput, readWasmPacket } from '../../../src/pipeline/media-file/wasm-input.io.ts';
import type { Milli } from '../../../src/time.ts';

export interface AudioPacket {
  readonly at: Milli;
  readonly data: Uint8Array;
}

/** All audio packets of a file, undecoded. */
export async function audioPackets(path: string): Promise<AudioPacket[]> {
  return path.endsWith('.mp4') ? mp4Packets(path) : webmPackets(path);
}

async function webmPackets(path: string): Promise<AudioPacket[]> {
  const input = await openWasmInput(path);
  const packets: AudioPacket[] = [];
  for (;;) {
    const packet = await readWasmPacket(input);
    if (packet === undefined) break;
    if (packet.stream !== input.audio?.index) continue;
    packets.push({ at: packet.pts * input.audio.tick * 1000, data: packet.data });
  }
  input.close();
  return packets;
}

async function mp4Packets(path: string): Promise<AudioPacket[]> {
  const loaded = await loadNodeAv();
  if (loaded.state === 'absent') throw new Error(loaded.reason);
  const { av } = loaded;
  const format = new av.FormatContext();
  format.openInputSync(path);
  const stream = format.streams[format.findBestStream(av.AVMEDIA_TYPE_AUDIO)]!;
  const packet = new av.Packet();
  packet.alloc();
  const packets: AudioPacket[] = [];
  while (format.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      const at = Number(packet.pts) * stream.timeBase.toDouble() * 1000;
      packets.push({ at, data: new Uint8Array(packet.data!) });
    }
    packet.unref();
  }
  packet.free();
  format.closeInputSync();
  return packets;
}
