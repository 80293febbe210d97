const NONE = '–';

export function milliseconds(value: number | null | undefined): string {
  return value == null ? NONE : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function bitrate(bps: number | null | undefined): string {
  if (bps == null) return NONE;
  return bps < 1e6 ? `${Math.round(bps / 1e3)} kbps` : `${(bps / 1e6).toFixed(1)} Mbps`;
}

export function percent(fraction: number | null | undefined): string {
  return fraction == null ? NONE : `${(fraction * 100).toFixed(fraction < 0.1 ? 1 : 0)} %`;
}

export function rate(fps: number | null | undefined): string {
  return fps == null ? NONE : fps.toFixed(fps < 10 ? 1 : 0);
}
