import { measureSmoothing } from '../../bench/smoothing.ts';
import { markdownTable } from './markdown-table.ts';

const SETTINGS = [0, 0.25, 0.5, 0.75, 1];

/** The smoothing knob's lag and jitter, measured anew: deterministic, so the same on every machine. */
export function smoothingTable(): string {
  return markdownTable(
    ['smoothing', 'head, ms', 'mouth, ms', 'lids, ms', 'face, px', 'mouth, px', 'lids, px'],
    SETTINGS.map((setting) => {
      const { lag, jitter } = measureSmoothing(setting);
      return [
        String(setting),
        ...[lag.head, lag.mouth, lag.lids].map(String),
        ...[jitter.face, jitter.mouth, jitter.lids].map((px) => px.toFixed(3)),
      ];
    }),
  );
}
