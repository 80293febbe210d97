import { choice, integer, type Kind, list, onOff, path, text } from '../kind.ts';
import { setting } from '../setting.ts';

const host = text(
  /^[\w.:-]+$/,
  'an address or host name, such as 127.0.0.1, 0.0.0.0 (every network), ::1',
);
/** Kept as browsers send it, in small letters and without the usual port. */
const origin: Kind<string> = {
  valid: 'an origin such as https://call.example',
  parse: (written) =>
    /^https?:\/\/[^/\s,]+$/i.test(written) ? (URL.parse(written)?.origin ?? undefined) : undefined,
  format: String,
};

/** Where the server listens, and for whom. */
export const SERVER_SETTINGS = {
  port: setting({
    group: 'Server',
    kind: integer(0, 65_535),
    default: 8080,
    env: 'PORT',
    help: 'TCP port of the page, the API and signaling; 0 takes any free one.',
  }),
  host: setting({
    group: 'Server',
    kind: host,
    default: '127.0.0.1',
    env: 'HOST',
    help: 'Address to listen on. 0.0.0.0 opens it to the network; browsers give a page there the camera only over TLS.',
  }),
  data: setting({
    group: 'Server',
    kind: path('a folder'),
    default: './data',
    env: 'UNDERSTUDY_DATA',
    help: 'Folder of what must outlive a restart: enrolled identities, the self-signed certificate, secrets.',
  }),
  web: setting({
    group: 'Server',
    kind: onOff,
    default: true,
    env: 'UNDERSTUDY_WEB',
    help: 'Serve the web app; off leaves signaling and the API.',
  }),
  allowedOrigins: setting({
    group: 'Server',
    kind: list(origin),
    default: [],
    env: 'UNDERSTUDY_ALLOWED_ORIGINS',
    help: 'Pages of other origins that may connect, and the public origin when a proxy stands in front of a loopback address. The server’s own page always may.',
  }),
  tls: setting({
    group: 'TLS',
    kind: choice('off', 'self-signed'),
    default: 'off',
    env: 'UNDERSTUDY_TLS',
    help: 'self-signed makes a certificate and keeps it in the data folder, so that an exception made in a browser lasts. Certificate files need no --tls.',
  }),
  tlsCert: setting({
    group: 'TLS',
    kind: path('a PEM file'),
    env: 'UNDERSTUDY_TLS_CERT',
    help: 'Certificate chain (PEM).',
  }),
  tlsKey: setting({
    group: 'TLS',
    kind: path('a PEM file'),
    env: 'UNDERSTUDY_TLS_KEY',
    help: 'Its private key (PEM).',
  }),
} as const;
