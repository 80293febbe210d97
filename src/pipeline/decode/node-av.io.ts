/** The lower half of node-av: FFmpeg's own calls. Its upper half brings servers we have no use for. */
export type NodeAv = typeof import('node-av/lib') & typeof import('node-av/constants');

/** Absence is a normal state: the package is optional, and its binary exists for some platforms. */
export type NodeAvState =
  | { readonly state: 'present'; readonly av: NodeAv }
  | { readonly state: 'absent'; readonly reason: string; readonly cause: unknown };

let loading: Promise<NodeAvState> | undefined;

/** Loads FFmpeg once in a process; never rejects. */
export function loadNodeAv(): Promise<NodeAvState> {
  loading ??= load();
  return loading;
}

async function load(): Promise<NodeAvState> {
  try {
    const [lib, constants] = await Promise.all([
      import('node-av/lib'),
      import('node-av/constants'),
    ]);
    const av: NodeAv = { ...constants, ...lib };
    // Every corrupt frame would otherwise write lines to stderr; failures come back as codes.
    av.Log.setLevel(av.AV_LOG_QUIET);
    return { state: 'present', av };
  } catch (cause) {
    return { state: 'absent', reason: absenceReason(cause), cause };
  }
}

function absenceReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return 'the optional package node-av is not installed (npm install --include=optional)';
  }
  return `node-av has no usable binary for ${process.platform}-${process.arch} on Node ${process.versions.node}`;
}
