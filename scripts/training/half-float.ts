const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** IEEE 754 binary16, rounded to the nearest; what is too small becomes 0, too large the largest number. */
export function toHalf(value: number): number {
  single[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const rest = bits[0]! & 0x7fffffff;
  if (rest < 0x38800000) {
    // Below the least normal number: counted in steps of 2⁻²⁴.
    return sign | Math.round(Math.abs(single[0]!) * 2 ** 24);
  }
  const rounded = (rest + 0xfff + ((rest >>> 13) & 1)) >>> 13;
  return sign | Math.min(rounded - (112 << 10), 0x7bff);
}

export function toHalves(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = toHalf(values[i]!);
  return halves;
}
