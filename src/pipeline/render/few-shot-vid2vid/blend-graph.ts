import { ELEMENT_TYPES } from '../../landmark/onnx-protobuf.ts';
import type { Px } from '../../picture.ts';
import { type GraphFrame, keptPlanes } from './conditioning-graph.ts';
import { FRAME_INPUTS, FRAME_OUTPUTS } from './frame-values.ts';
import { FIELD_SIDE } from './network-shape.ts';
import type { GraphPicture, PictureGraph } from './picture-graph.ts';

/** Limited range (BT.601), which a corrected picture is kept to. */
const RANGE = Object.freeze({ least: 16, luma: 235, chroma: 240 });

/** Lays the network's answer and the previous output over the warp's picture, and judges the result. */
export function blendFrame(
  graph: PictureGraph,
  { own, past, flow, left }: GraphFrame,
  side: Px,
): void {
  const answer = ['residual', 'previous', 'flow'];
  const sizes = answer.map((name) => graph.node('Abs', [name]));
  const checks = sizes.map((size) => graph.overAll('ReduceMax', size));
  // What is not a number may be lost on the way to a largest one, never on the way to a mean.
  checks.push(graph.overAll('ReduceMean', graph.joined(sizes)));
  const residual = graph.node('Mul', ['residual', left]);
  const share = graph.node('Mul', ['previous', left]);
  const moves = graph.node('Add', ['flow', flow]);
  const added = {
    luma: graph.node('DepthToSpace', [graph.part(residual, 0, 4)], { blocksize: 2 }),
    chroma: graph.part(residual, 4, 6),
  };
  const levels = levelsOf(graph, side);
  const blended = (plane: 'luma' | 'chroma'): string => {
    const level = levels[plane];
    const within = (value: string): string =>
      graph.node('Mul', [graph.atShares(value, level.shares), level.inside]);
    const moved = movedAt(graph, level, past[plane], moves);
    const apart = graph.node('Sub', [moved, own[plane]]);
    const mixed = graph.node('Add', [own[plane], graph.node('Mul', [apart, within(share)])]);
    // Rounded where the processor rounds: what is fed back would drift apart otherwise.
    const steps = rounded(graph, graph.scaled(within(added[plane]), 255));
    const whole = graph.node('Add', [rounded(graph, mixed), steps]);
    const kept = [whole, graph.float(RANGE.least), graph.float(RANGE[plane])];
    return graph.node('Clip', kept);
  };
  const drawn = { luma: blended('luma'), chroma: blended('chroma') };
  checks.push(distance(graph, drawn, own));
  giveOut(graph, drawn, checks, side);
}

/** In place of that: the previous output as it is, moved along with the mesh, but for what the examples keep. */
export function moveFrame(graph: PictureGraph, side: Px): void {
  const own = graph.picture(graph.numbers(FRAME_INPUTS.warp), side);
  const past = graph.picture(graph.numbers(keptPlanes(graph)), side);
  const left = graph.scaled(graph.numbers(FRAME_INPUTS.maps), 1 / 255);
  const levels = levelsOf(graph, side);
  const moved = (plane: 'luma' | 'chroma'): string => {
    const level = levels[plane];
    const apart = graph.node('Sub', [
      movedAt(graph, level, past[plane], FRAME_INPUTS.motion),
      own[plane],
    ]);
    const share = graph.atShares(left, level.shares);
    return rounded(graph, graph.node('Add', [own[plane], graph.node('Mul', [apart, share])]));
  };
  const drawn = { luma: moved('luma'), chroma: moved('chroma') };
  giveOut(graph, drawn, [distance(graph, drawn, own)], side);
}

const rounded = (graph: PictureGraph, value: string): string =>
  graph.node('Floor', [graph.scaled(value, 1, 0.5)]);

/** Pixels of the luma or of the chroma planes. */
interface Level {
  readonly side: Px;
  /** Where each pixel is in its window, −1…1 from edge to edge: a grid. */
  readonly shares: string;
  /** 1 for those in the window, 0 for others: (N, 1, side, side). */
  readonly inside: string;
  /** Of each column (or row) of pixels, how far it may move. */
  readonly freedom: readonly number[];
}

function levelsOf(graph: PictureGraph, side: Px): { luma: Level; chroma: Level } {
  const { window } = FRAME_INPUTS;
  const level = (side: Px, freedom: readonly number[]): Level => {
    const centres = graph.floats(
      [1, side],
      Array.from({ length: side }, (_, i) => ((i + 0.5) * FIELD_SIDE) / side),
    );
    const [across, down] = [0, 1].map((axis) => {
      const place = graph.node('Sub', [centres, graph.part(window, axis, axis + 1)]);
      const share = graph.node('Div', [place, graph.part(window, axis + 2, axis + 3)]);
      return graph.scaled(share, 2, -1);
    }) as [string, string];
    // No pixel's centre lies on an edge: the nearest ones are a thousandth of a window from it.
    const steep = (shares: string): string =>
      graph.node('Clip', [
        graph.scaled(graph.scaled(graph.node('Abs', [shares]), -1, 1), 10_000),
        graph.float(0),
        graph.float(1),
      ]);
    const inside = graph.node('Mul', [
      graph.node('Unsqueeze', [steep(across), graph.ints(1, 2)]),
      graph.node('Unsqueeze', [steep(down), graph.ints(1, 3)]),
    ]);
    return { side, shares: graph.grid(graph.crossed(across, down)), inside, freedom };
  };
  // As on the processor, whose maps have a node at every second pixel, and between two a half of each.
  const free = Array.from({ length: side }, (_, i) =>
    Math.min(1, i / 2, Math.max(0, side - 2 - i) / 2),
  );
  const pairs = Array.from({ length: side / 2 }, (_, i) => (free[2 * i]! + free[2 * i + 1]!) / 2);
  return { luma: level(side, free), chroma: level(side / 2, pairs) };
}

/** Planes of a level at the places that a flow of the window's cells points to. On the picture's border nothing moves. */
function movedAt(graph: PictureGraph, level: Level, planes: string, flow: string): string {
  const { side, shares, freedom } = level;
  const line = graph.floats(
    [1, side],
    Array.from({ length: side }, (_, i) => i),
  );
  const across = graph.floats([1, 1, 1, side], freedom);
  const down = graph.floats(
    [1, 1, side, 1],
    freedom.map((share) => share * side),
  );
  const free = graph.node('Mul', [graph.node('Mul', [graph.atShares(flow, shares), across]), down]);
  return graph.at(planes, side, graph.node('Add', [free, graph.crossed(line, line)]));
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
