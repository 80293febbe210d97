/**
 * What the page may load, and from where: itself alone. In `connect-src` 'self' covers wss: and
 * ws: of the same host (CSP 3 §6.7.2.8).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every response. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
});

/** Vite puts a digest of the content into the names of these files: they never change. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Asked for again each time, answered with 304 while unchanged. */
export const REVALIDATE = 'no-cache';
/** About people, or about this moment. */
export const NEVER_STORED = 'no-store';
