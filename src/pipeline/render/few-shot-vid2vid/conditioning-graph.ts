import type { Px } from '../../picture.ts';
import type { Field } from './field.ts';
import { FRAME_INPUTS, MAP_CHANNELS, MOTION_CHANNELS } from './frame-values.ts';
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
export function conditionFrame(graph: PictureGraph, field: Field, side: Px): GraphFrame {
  const { warp, fresh, maps, motion, corner, cells, fineCells } = FRAME_INPUTS;
  const ownPlanes = graph.numbers(warp);
  const kept = graph.numbers(keptPlanes(graph));
  const missing = graph.node('Mul', [graph.node('Sub', [ownPlanes, kept]), fresh]);
  const own = graph.picture(ownPlanes, side);
  const past = graph.picture(graph.node('Add', [kept, missing]), side);
  const [seen, seenBefore] = [graph.reduced(own, side, field), graph.reduced(past, side, field)];
  const flow = graph.part(motion, 0, 2);
  // As many places as the window has, from its corner on.
  const inWindow = (side: Px, size: string): string => {
    const [origin, axes] = [graph.ints(0, 0), graph.ints(1, 2)];
    const first = graph.node('Slice', [graph.still(side), origin, size, axes]);
    const step = (2 * side) / field.cells / (side - 1);
    return graph.node('Add', [first, graph.scaled(corner, step)]);
  };
  const [places, finePlaces] = [inWindow(field.cells, cells), inWindow(field.side, fineCells)];
  const moved = graph.moved(places, field.cells, flow);
  const fineFlow = graph.drawnOut(flow, field.cells, field.side);
  const fineMoved = graph.moved(finePlaces, field.side, fineFlow);
  const luma = graph.joined([
    graph.at(graph.joined([seen.luma, seenBefore.luma]), finePlaces),
    graph.at(seenBefore.luma, fineMoved),
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
    graph.at(graph.joined([seen.chroma, seenBefore.chroma]), places),
    graph.at(seenBefore.chroma, moved),
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
