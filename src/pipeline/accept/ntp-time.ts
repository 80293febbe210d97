import type { Milli } from '../../time.ts';

/** NTP counts from 1900, Unix from 1970. */
const NTP_UNIX_OFFSET_S = 2_208_988_800;
const FRACTION = 2 ** 32;

/** Ms since the Unix epoch → 64-bit NTP (32.32 seconds since 1900; RFC 5905 §6). */
export function ntpFromUnix(unix: Milli): bigint {
  const seconds = unix / 1000 + NTP_UNIX_OFFSET_S;
  const whole = Math.floor(seconds);
  const fraction = Math.min(FRACTION - 1, Math.round((seconds - whole) * FRACTION));
  return (BigInt(whole) << 32n) | BigInt(fraction);
}

/** 64-bit NTP → ms since the Unix epoch. */
export function unixFromNtp(ntp: bigint): Milli {
  const whole = Number(ntp >> 32n) - NTP_UNIX_OFFSET_S;
  const fraction = Number(ntp & 0xffff_ffffn) / FRACTION;
  return (whole + fraction) * 1000;
}

/** The middle 32 bits, as LSR and DLSR use them (RFC 3550 §6.4.1): units of 1/65536 s. */
export function compactNtp(ntp: bigint): number {
  return Number((ntp >> 16n) & 0xffff_ffffn);
}
