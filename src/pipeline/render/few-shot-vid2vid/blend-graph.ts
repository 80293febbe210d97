import { ELEMENT_TYPES } from '../../landmark/onnx-protobuf.ts';
import type { Px } from '../../picture.ts';
import { ANSWER_LIMITS } from './answer-limits.ts';
import { type GraphFrame, keptPlanes } from './conditioning-graph.ts';
import type { Field } from './field.ts';
import { FRAME_INPUTS, FRAME_OUTPUTS } from './frame-values.ts';
import { PICTURE_CHANNELS } from './network-shape.ts';
import type { GraphPicture, PictureGraph } from './picture-graph.ts';

/** Limited range (BT.601), which a corrected picture is kept to. */
const RANGE = Object.freeze({ least: 16, luma: 235, chroma: 240 });

/** Lays the network's answer and the previous output over the warp's picture, and judges the result. */
export function blendFrame(
  graph: PictureGraph,
  { own, past, flow, left }: GraphFrame,
  { cells, side: seen }: Field,
  side: Px,
): void {
  const checks = judged(graph);
  const answers = graph.joined([
    graph.node('Add', ['flow', flow]),
    graph.node('Mul', [graph.joined(['previous', 'residual']), left]),
  ]);
  const field = placed(graph, answers, cells);
  const levels = levelsOf(side);
  const moves = graph.part(field, 0, 3);
  const chroma = graph.drawnOut(
    graph.joined([moves, graph.part(field, 7, 9)]),
    cells,
    levels.chroma.side,
  );
  const luma = graph.node('DepthToSpace', [graph.part(field, 3, 7)], { blocksize: 2 });
  const answer = {
    luma: {
      moves: graph.drawnOut(moves, cells, side),
      added: graph.drawnOut(luma, seen, side),
    },
    chroma: { moves: graph.part(chroma, 0, 3), added: graph.part(chroma, 3, 5) },
  };
  const blended = (plane: 'luma' | 'chroma'): string => {
    const { moves, added } = answer[plane];
    // Rounded where the processor rounds: what is fed back would drift apart otherwise.
    const mixed = mixedAt(graph, levels[plane], moves, { own: own[plane], past: past[plane] });
    const whole = graph.node('Add', [mixed, rounded(graph, graph.scaled(added, 255))]);
    return graph.node('Clip', [whole, graph.float(RANGE.least), graph.float(RANGE[plane])]);
  };
  const drawn = { luma: blended('luma'), chroma: blended('chroma') };
  giveOut(graph, drawn, [...checks, distance(graph, drawn, own)], side);
}

/** In place of that: the previous output as it is, moved along with the mesh, but for what the examples keep. */
export function moveFrame(graph: PictureGraph, { cells }: Field, side: Px): void {
  const own = graph.picture(graph.numbers(FRAME_INPUTS.warp), side);
  const past = graph.picture(graph.numbers(keptPlanes(graph)), side);
  const left = graph.scaled(graph.numbers(FRAME_INPUTS.maps), 1 / 255);
  const field = graph.joined([graph.part(FRAME_INPUTS.motion, 0, 2), left]);
  const levels = levelsOf(side);
  const moved = (plane: 'luma' | 'chroma'): string => {
    const moves = graph.drawnOut(field, cells, levels[plane].side);
    return mixedAt(graph, levels[plane], moves, { own: own[plane], past: past[plane] });
  };
  const drawn = { luma: moved('luma'), chroma: moved('chroma') };
  giveOut(graph, drawn, [distance(graph, drawn, own)], side);
}

/** How far an answer goes, of what it may: the farthest, and the mean. */
function judged(graph: PictureGraph): string[] {
  const { residual, share, flow } = ANSWER_LIMITS;
  const limits = [...Array.from({ length: PICTURE_CHANNELS }, () => residual), share, flow, flow];
  const shares = graph.floats(
    [1, limits.length, 1, 1],
    limits.map((limit) => 1 / limit),
  );
  const answer = graph.joined(['residual', 'previous', 'flow']);
  const reach = graph.node('Abs', [graph.node('Mul', [answer, shares])]);
  // What is not a number may be lost on the way to a largest one, never on the way to a mean.
  return [graph.overAll('ReduceMax', reach), graph.overAll('ReduceMean', reach)];
}

/** Planes of a window in their place in the whole field, around them nothing. */
function placed(graph: PictureGraph, planes: string, cells: number): string {
  const { corner, scale } = FRAME_INPUTS;
  const centres = new Float32Array(2 * cells ** 2);
  for (let i = 0; i < cells ** 2; i++) {
    centres[2 * i] = (i % cells) + 0.5;
    centres[2 * i + 1] = Math.floor(i / cells) + 0.5;
  }
  const field = graph.floats([1, cells, cells, 2], centres);
  const within = graph.node('Mul', [graph.node('Sub', [field, corner]), scale]);
  // −1…1 from edge to edge here.
  return graph.node('GridSample', [planes, graph.scaled(within, 1, -1)], {});
}

const rounded = (graph: PictureGraph, value: string): string =>
  graph.node('Floor', [graph.scaled(value, 1, 0.5)]);

/** Pixels of the luma or of the chroma planes. */
interface Level {
  readonly side: Px;
  /** Of each column (or row) of pixels, how far it may move. */
  readonly freedom: readonly number[];
}

function levelsOf(side: Px): { luma: Level; chroma: Level } {
  // As on the processor, whose maps have a node at every second pixel, and between two a half of each.
  const free = Array.from({ length: side }, (_, i) =>
    Math.min(1, i / 2, Math.max(0, side - 2 - i) / 2),
  );
  const pairs = Array.from({ length: side / 2 }, (_, i) => (free[2 * i]! + free[2 * i + 1]!) / 2);
  return { luma: { side, freedom: free }, chroma: { side: side / 2, freedom: pairs } };
}

/**
 * The warp's planes, and over them those of the previous output, moved and by a share.
 * @param moves of each pixel: its flow, its share.
 */
function mixedAt(
  graph: PictureGraph,
  { side, freedom }: Level,
  moves: string,
  { own, past }: { readonly own: string; readonly past: string },
): string {
  const grid = graph.moved(graph.still(side), side, graph.part(moves, 0, 2), freedom);
  const apart = graph.node('Sub', [graph.at(past, grid), own]);
  const more = graph.node('Mul', [apart, graph.part(moves, 2, 3)]);
  return rounded(graph, graph.node('Add', [own, more]));
}

/** Mean distance of the drawn luma from the warp's: never less than that of both as the network sees them. */
const distance = (graph: PictureGraph, drawn: GraphPicture, own: GraphPicture): string =>
  graph.overAll('ReduceMean', graph.node('Abs', [graph.node('Sub', [drawn.luma, own.luma])]));

/** Gives the drawn pictures out, keeps them for the frames after, and tells what they are to be judged by. */
function giveOut(
  graph: PictureGraph,
  drawn: GraphPicture,
  checks: readonly string[],
  side: Px,
): void {
  const { kept, keep } = FRAME_INPUTS;
  const bytes = { to: ELEMENT_TYPES.uint8 };
  const planes = graph.planes(drawn, side);
  const all = graph.joined([graph.numbers(kept), planes], 0);
  graph.node('Cast', [planes], bytes, FRAME_OUTPUTS.picture);
  graph.node('Cast', [graph.node('Gather', [all, keep], { axis: 0 })], bytes, FRAME_OUTPUTS.kept);
  graph.node('Concat', checks, { axis: 1 }, FRAME_OUTPUTS.checks);
}
