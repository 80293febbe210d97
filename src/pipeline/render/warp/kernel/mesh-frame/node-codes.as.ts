import { NODE } from '../warp/map.as';

/** Nodes of a block, along each side: no more triangles show in one than a byte can tell apart. */
const BLOCK: i32 = 16;

/** The triangle that each of so many nodes of a numbered map shows, in two bytes: all lower ones, then all upper ones. */
export function numberNodes(map: usize, count: i32, target: usize): void {
  for (let i = 0; i < count; i++) {
    const number = <i32>load<f32>(map, 8);
    store<u8>(target, <u8>number);
    store<u8>(target + <usize>count, <u8>(number >> 8));
    map += NODE;
    target++;
  }
}

/**
 * Which triangle each node of a numbered map shows, a byte a node: its place in the palette of its block, which is part of
 * `palette` from `starts` of the block on, both f32. `seen`: two i32 for each number that there is, left as they are from
 * call to call; `stamp` grows from one to the next by more than there are blocks.
 * @returns the palette's length; -1 where it would be longer than `most`.
 */
export function codeNodes(
  map: usize,
  nodes: i32,
  codes: usize,
  starts: usize,
  palette: usize,
  most: i32,
  seen: usize,
  stamp: i32,
): i32 {
  let length = 0;
  for (let top = 0; top < nodes; top += BLOCK) {
    const bottom = min(nodes, top + BLOCK);
    for (let left = 0; left < nodes; left += BLOCK) {
      const right = min(nodes, left + BLOCK);
      const start = length;
      store<f32>(starts, <f32>start);
      starts += 4;
      stamp++;
      // Neighbours mostly show the same triangle.
      let shown: f32 = -1;
      let code: u8 = 0;
      for (let j = top; j < bottom; j++) {
        let p = map + <usize>(j * nodes + left) * NODE;
        let q = codes + <usize>(j * nodes + left);
        for (let i = left; i < right; i++) {
          const number = load<f32>(p, 8);
          if (number != shown) {
            const entry = seen + (<usize><i32>number << 3);
            if (load<i32>(entry) != stamp) {
              if (length == most) return -1;
              store<i32>(entry, stamp);
              store<i32>(entry, length - start, 4);
              store<f32>(palette + (<usize>length << 2), number);
              length++;
            }
            shown = number;
            code = <u8>load<i32>(entry, 4);
          }
          store<u8>(q, code);
          p += NODE;
          q++;
        }
      }
    }
  }
  return length;
}
