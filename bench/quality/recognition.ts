import type { FaceDescriptor, FaceSpace } from './face-space.ts';

/** How well the face space tells people apart: what its similarities are worth. */
export interface Recognition {
  /** Mean similarity of two pictures of one person, and of two people. */
  readonly same: number;
  readonly strangers: number;
  /** Share of (same, strangers) pairs in which the same person scores higher: the area under the ROC curve. */
  readonly told: number;
}

/** @param people several descriptors of each. */
export function recognition(
  space: FaceSpace,
  people: readonly (readonly FaceDescriptor[])[],
): Recognition {
  const same: number[] = [];
  const strangers: number[] = [];
  people.forEach((faces, p) => {
    faces.forEach((face, i) => {
      for (const other of faces.slice(i + 1)) same.push(space.similarity(face, other));
      for (const person of people.slice(p + 1))
        for (const other of person) strangers.push(space.similarity(face, other));
    });
  });
  const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
  let told = 0;
  for (const a of same) for (const b of strangers) told += a > b ? 1 : a === b ? 0.5 : 0;
  return {
    same: mean(same),
    strangers: mean(strangers),
    told: told / (same.length * strangers.length),
  };
}
