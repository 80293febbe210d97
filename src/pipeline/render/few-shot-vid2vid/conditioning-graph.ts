import type { Px } from '../../picture.ts';
import { FRAME_INPUTS, MAP_CHANNELS, MOTION_CHANNELS } from './frame-values.ts';
import { FIELD_SIDE, NETWORK_SIDE } from './network-shape.ts';
import type { GraphPicture, PictureGraph } from './picture-graph.ts';

/** What the rest of a frame's graph has use for, too. */
export interface GraphFrame {
  readonly own: GraphPicture;
  readonly past: GraphPicture;
  /** The mesh's, in the window. */
  readonly flow: string;
  /** What the examples leave of an answer, 0…1. */
  readonly left: string;
}

/** Each frame's previous output, out of those that were kept. */
export const keptPlanes = (graph: PictureGraph): string =>
  graph.node('Gather', [FRAME_INPUTS.kept, FRAME_INPUTS.from], { axis: 0 });

/** Makes the generator's `input` of what a frame brings along and the output before it. */
export function conditionFrame(graph: PictureGraph, side: Px): GraphFrame {
  const { warp, fresh, maps, motion, window } = FRAME_INPUTS;
  const ownPlanes = graph.numbers(warp);
  const kept = graph.numbers(keptPlanes(graph));
  const missing = graph.node('Mul', [graph.node('Sub', [ownPlanes, kept]), fresh]);
  const own = graph.picture(ownPlanes, side);
  const past = graph.picture(graph.node('Add', [kept, missing]), side);
  const [left, top, width, height] = [0, 1, 2, 3].map((at) => graph.part(window, at, at + 1)) as [
    string,
    string,
    string,
    string,
  ];
  const { columns, rows, fineColumns, fineRows } = FRAME_INPUTS;
  const flow = graph.part(motion, 0, 2);
  const places = graph.crossed(graph.node('Add', [columns, left]), graph.node('Add', [rows, top]));
  const finePlaces = graph.crossed(
    graph.node('Add', [fineColumns, graph.scaled(left, 2)]),
    graph.node('Add', [fineRows, graph.scaled(top, 2)]),
  );
  const shares = (fine: string, length: string): string =>
    graph.scaled(graph.node('Div', [graph.scaled(fine, 1, 0.5), length]), 1, -1);
  const fineFlow = graph.atShares(
    flow,
    graph.grid(graph.crossed(shares(fineColumns, width), shares(fineRows, height))),
  );
  const moved = graph.node('Add', [places, graph.scaled(flow, FIELD_SIDE)]);
  const fineMoved = graph.node('Add', [finePlaces, graph.scaled(fineFlow, NETWORK_SIDE)]);
  const [seen, seenBefore] = [graph.reduced(own, side), graph.reduced(past, side)];
  const luma = graph.joined([
    graph.at(graph.joined([seen.luma, seenBefore.luma]), NETWORK_SIDE, finePlaces),
    graph.at(seenBefore.luma, NETWORK_SIDE, fineMoved),
  ]);
  const quarters = [0, 1, 2, 3].map((k) =>
    graph.node('Slice', [
      luma,
      graph.ints(k >> 1, k & 1),
      graph.ints(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      graph.ints(2, 3),
      graph.ints(2, 2),
    ]),
  );
  const chroma = [
    graph.at(graph.joined([seen.chroma, seenBefore.chroma]), FIELD_SIDE, places),
    graph.at(seenBefore.chroma, FIELD_SIDE, moved),
  ];
  // Warp, previous and moved previous lie side by side in each; the network has them one after another.
  const order = [0, 2, 1].flatMap((k) => [k, 3 + k, 6 + k, 9 + k, 12 + 2 * k, 13 + 2 * k]);
  const pictures = graph.node(
    'Gather',
    [graph.joined([...quarters, ...chroma]), graph.ints(...order)],
    { axis: 1 },
  );
  const drawn = graph.scaled(graph.numbers(maps), 1 / 255);
  graph.node(
    'Concat',
    [
      graph.scaled(pictures, 1 / 255),
      graph.part(drawn, 0, MAP_CHANNELS - 1),
      graph.part(motion, 2, MOTION_CHANNELS),
    ],
    { axis: 1 },
    'input',
  );
  return { own, past, flow, left: graph.part(drawn, MAP_CHANNELS - 1, MAP_CHANNELS) };
}
