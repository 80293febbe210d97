/** Cyclic Jacobi doubles its digits every sweep; a 4×4 is exact to doubles well within this. */
const MAX_SWEEPS = 12;
const SIZE = 4;

const a = new Float64Array(SIZE * SIZE);
const v = new Float64Array(SIZE * SIZE);
const vector: [number, number, number, number] = [1, 0, 0, 0];
const result = { value: 0, vector };

/**
 * Largest eigenvalue of a symmetric 4×4 matrix (row-major) and its unit eigenvector, by cyclic
 * Jacobi rotations (Golub & Van Loan, "Matrix Computations", §8.5). What it returns is overwritten
 * by the next call.
 */
export function dominantEigenvector(matrix: Float64Array): typeof result {
  a.set(matrix);
  v.fill(0);
  for (let i = 0; i < SIZE; i++) v[5 * i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let p = 0; p < SIZE; p++) {
      diagonal += a[5 * p]! ** 2;
      for (let q = p + 1; q < SIZE; q++) off += a[SIZE * p + q]! ** 2;
    }
    if (off <= 1e-30 * diagonal) break;
    for (let p = 0; p < SIZE; p++) for (let q = p + 1; q < SIZE; q++) rotate(p, q);
  }
  let best = 0;
  for (let i = 1; i < SIZE; i++) if (a[5 * i]! > a[5 * best]!) best = i;
  result.value = a[5 * best]!;
  for (let i = 0; i < SIZE; i++) vector[i] = v[SIZE * i + best]!;
  return result;
}

/** Turns the p-q plane so that a[p][q] vanishes. */
function rotate(p: number, q: number): void {
  const apq = a[SIZE * p + q]!;
  if (apq === 0) return;
  const theta = (a[5 * q]! - a[5 * p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < SIZE; k++) {
    const akp = a[SIZE * k + p]!;
    const akq = a[SIZE * k + q]!;
    a[SIZE * k + p] = c * akp - s * akq;
    a[SIZE * k + q] = s * akp + c * akq;
  }
  for (let k = 0; k < SIZE; k++) {
    const apk = a[SIZE * p + k]!;
    const aqk = a[SIZE * q + k]!;
    a[SIZE * p + k] = c * apk - s * aqk;
    a[SIZE * q + k] = s * apk + c * aqk;
    const vkp = v[SIZE * k + p]!;
    const vkq = v[SIZE * k + q]!;
    v[SIZE * k + p] = c * vkp - s * vkq;
    v[SIZE * k + q] = s * vkp + c * vkq;
  }
}
