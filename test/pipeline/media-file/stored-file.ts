import type { NodeAv } from '../../../src/pipeline/decode/node-av.io.ts';

export interface StoredFile {
  readonly width: number;
  readonly height: number;
  /** FFmpeg's constants: how samples lie and which matrix made them. */
  readonly pixelFormat: 'AV_PIX_FMT_YUV420P' | 'AV_PIX_FMT_YUV444P' | 'AV_PIX_FMT_YUV420P10LE';
  readonly colourSpace: 'AVCOL_SPC_BT709' | 'AVCOL_SPC_SMPTE170M';
  /** Sample values of every plane, in the format's own depth. */
  readonly yuv: readonly [number, number, number];
}

/** Writes an mp4 of three H.264 frames in a layout that our own writer does not make. */
export function writeStoredFile(av: NodeAv, path: string, stored: StoredFile): void {
  const codec = av.Codec.findEncoderByName(av.FF_ENCODER_LIBX264)!;
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.width = stored.width;
  context.height = stored.height;
  context.pixelFormat = av[stored.pixelFormat];
  context.colorSpace = av[stored.colourSpace];
  context.colorRange = av.AVCOL_RANGE_MPEG;
  context.timeBase = new av.Rational(1, 30);
  context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER);
  context.setOption('crf', '1', av.AV_OPT_TYPE_STRING, av.AV_OPT_SEARCH_CHILDREN);
  context.open2Sync(codec, null);
  const format = new av.FormatContext();
  format.allocOutputContext2(null, 'mp4', path);
  const stream = format.newStream();
  stream.codecpar.fromContext(context);
  stream.timeBase = context.timeBase;
  format.openOutputSync();
  format.writeHeaderSync(null);
  const packet = new av.Packet();
  packet.alloc();
  const drain = () => {
    while (context.receivePacketSync(packet) >= 0) {
      // Without it the last frame would last no time, and readers leave such a one out.
      packet.duration = 1n;
      packet.rescaleTs(context.timeBase, stream.timeBase);
      format.interleavedWriteFrameSync(packet);
    }
  };
  const frame = new av.Frame();
  frame.alloc();
  frame.format = context.pixelFormat;
  frame.width = stored.width;
  frame.height = stored.height;
  frame.getBuffer();
  for (let i = 0; i < 3; i++) {
    frame.makeWritable();
    for (const [plane, value] of stored.yuv.entries()) {
      if (stored.pixelFormat.endsWith('10LE')) fill16(frame.data![plane]!, value);
      else frame.data![plane]!.fill(value);
    }
    frame.pts = BigInt(i);
    context.sendFrameSync(frame);
    drain();
  }
  context.sendFrameSync(null);
  drain();
  format.writeTrailerSync();
  format.closeOutputSync();
  frame.free();
  packet.free();
  context.freeContext();
}

function fill16(plane: Uint8Array, value: number): void {
  for (let at = 0; at + 1 < plane.length; at += 2) {
    plane[at] = value & 0xff;
    plane[at + 1] = value >> 8;
  }
}
