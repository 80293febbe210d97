/** Unsigned Exp-Golomb code of a number (ITU-T H.264 §9.1), as ones and zeros. */
export function ue(value: number): string {
  const binary = (value + 1).toString(2);
  return '0'.repeat(binary.length - 1) + binary;
}

/** Signed Exp-Golomb code. */
export function se(value: number): string {
  return ue(value > 0 ? 2 * value - 1 : -2 * value);
}

/** Ones and zeros, blanks left out, to bytes; the last one is filled up with zeros. */
export function bitsToBytes(bits: string): Uint8Array {
  const digits = bits.replaceAll(' ', '');
  const padded = digits.padEnd(Math.ceil(digits.length / 8) * 8, '0');
  return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
