import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';
import type { Config } from '../config.ts';
import { UnderstudyError } from '../errors.ts';

/** PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** As long as Apple's platforms accept for a certificate that a user trusts by hand. */
const VALID_DAYS = 825;
const DAY_MS = 86_400_000;
/** A kept certificate with less than this to live is made anew. */
const RENEW_BEFORE_MS = 7 * DAY_MS;

/**
 * The certificate that the settings ask for: from files, or self-signed and kept in the data
 * folder, so that the exception made for it in a browser lasts.
 * @returns undefined when TLS is off.
 * @throws UnderstudyError `tls_unreadable`, `tls_mismatch`.
 */
export async function loadTls(
  config: Pick<Config, 'tls' | 'tlsCert' | 'tlsKey' | 'data'>,
  unixNow: number,
): Promise<TlsFiles | undefined> {
  if (config.tlsCert !== undefined && config.tlsKey !== undefined) {
    const [cert, key] = await Promise.all([readPem(config.tlsCert), readPem(config.tlsKey)]);
    requirePair({ cert, key }, config.tlsCert);
    return { cert, key };
  }
  if (config.tls === 'off') return undefined;
  const folder = join(config.data, 'tls');
  const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const kept = await keptPair(paths, unixNow);
  if (kept !== undefined) return kept;
  const made = await selfSigned(unixNow);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(paths.key, made.key, { mode: 0o600 });
  await writeFile(paths.cert, made.cert);
  return made;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UnderstudyError('tls_unreadable', `The file ${path} cannot be read.`, {
      value: path,
      cause,
    });
  }
}

/** Said here, where the files are known: the TLS library would say it when the port is opened. */
function requirePair({ cert, key }: TlsFiles, path: string): void {
  try {
    checkPair({ cert, key });
  } catch (cause) {
    const sentence = `The file ${path} and its key file are not a certificate and its key in PEM.`;
    throw new UnderstudyError('tls_mismatch', sentence, { value: path, cause });
  }
}

/** @throws what is wrong with them; an empty key is nothing that the TLS library would mind. */
function checkPair({ cert, key }: TlsFiles): void {
  createPrivateKey(key);
  createSecureContext({ cert, key });
}

async function keptPair(paths: TlsFiles, unixNow: number): Promise<TlsFiles | undefined> {
  try {
    const [cert, key] = await Promise.all([
      readFile(paths.cert, 'utf8'),
      readFile(paths.key, 'utf8'),
    ]);
    checkPair({ cert, key });
    const expires = Date.parse(new X509Certificate(cert).validTo);
    return expires - unixNow > RENEW_BEFORE_MS ? { cert, key } : undefined;
  } catch {
    // Not there, or torn by a power cut, or not each other's: a new pair takes its place.
    return undefined;
  }
}

async function selfSigned(unixNow: number): Promise<TlsFiles> {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const made = await generate([{ name: 'commonName', value: 'Understudy' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(unixNow - DAY_MS),
    notAfterDate: new Date(unixNow + (VALID_DAYS - 1) * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: hostname() },
          ...addresses.map(({ address }) => ({ type: 7 as const, ip: address })),
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
