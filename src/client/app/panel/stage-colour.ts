/** Stages in flow order, each with its own class for colour; a stage unknown here takes the last. */
const KNOWN = ['decode', 'landmark', 'pose', 'render', 'encode'];

/** The class that colours a stage's part of a chart. */
export function stageClass(stage: string): string {
  return `stage-${KNOWN.includes(stage) ? stage : 'other'}`;
}
