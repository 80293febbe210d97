/**
 * Units of time, as flavoured numbers: a plain literal is accepted, but a value of one unit
 * is refused where another is expected.
 */
export type Flavor<T, Unit extends string> = T & { readonly _unit?: Unit };

/** Milliseconds: durations, and instants on the process's monotonic clock. */
export type Milli = Flavor<number, 'ms'>;
/** Seconds, only where an outside format speaks in seconds. */
export type Seconds = Flavor<number, 's'>;
/** A 32-bit RTP timestamp in ticks of its stream's clock; it wraps (RFC 3550 §5.1). */
export type RtpTime = Flavor<number, 'rtp'>;
/** 90 kHz: the RTP clock of every video payload (RFC 3551 §5). */
export const VIDEO_CLOCK_HZ = 90_000;
/** 48 kHz: the RTP clock of Opus whatever its bandwidth (RFC 7587 §4.1). */
export const OPUS_CLOCK_HZ = 48_000;

/** Anything that can say what time it is; tests hand in simulated ones. */
export type Clock = () => Milli;

/** The process's monotonic clock. */
export const monotonicClock: Clock = () => performance.now();
