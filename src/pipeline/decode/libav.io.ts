import loader from '@libav.js/variant-vp8-opus';

/** One instance of FFmpeg in WASM: its own memory, so that a trap in it harms one stream only. */
export type Libav = Awaited<ReturnType<typeof instantiate>>;

function instantiate() {
  return loader.LibAV({ noworker: true, nothreads: true });
}

/** Takes about 15 ms and 2 MB; the memory goes when the instance is garbage collected. */
export async function openLibav(): Promise<Libav> {
  const libav = await instantiate();
  // Every corrupt frame would otherwise write lines to the console; failures come back as codes.
  libav.av_log_set_level_sync(libav.AV_LOG_QUIET);
  return libav;
}

/** The WASM memory: fetch it anew after any call, because growth replaces it. */
export function libavMemory(libav: Libav): Uint8Array {
  return (libav as unknown as { HEAPU8: Uint8Array }).HEAPU8;
}
