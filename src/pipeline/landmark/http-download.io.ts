import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';

/** As many as browsers follow; more is a circle. */
const MAX_REDIRECTS = 20;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export interface HttpDownload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the download with its reason. */
  readonly signal: AbortSignal;
  /** The head of the answer is here: says who takes its body. */
  readonly answered: (response: IncomingMessage) => TakePiece;
}

/**
 * Given each piece of the body in the turn in which it left the socket: a stream would lose what
 * waits in it when the connection breaks. @returns whether more is wanted.
 */
export type TakePiece = (piece: Uint8Array) => boolean;

/** No connection, or it broke: `cause` is Node's own error, or the signal's reason. */
export class HttpDownloadError extends Error {
  override readonly name = 'HttpDownloadError';
}

/**
 * GETs a file, following redirects; resolves at the end of its body, or when its taker has enough.
 *
 * @throws HttpDownloadError; and whatever `answered` and its taker throw, as it is.
 */
export async function downloadOverHttp(download: HttpDownload): Promise<void> {
  let location: string | undefined = download.url;
  let url: URL | undefined;
  for (let redirects = 0; location !== undefined; redirects++) {
    if (redirects > MAX_REDIRECTS || !URL.canParse(location, url))
      throw new HttpDownloadError(`cannot follow the redirection to ${location}`);
    url = new URL(location, url);
    location = await getOnce(url, download);
  }
}

/** @returns where the answer points to instead of giving the file, if it does. */
function getOnce(
  url: URL,
  { headers, signal, answered }: HttpDownload,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getSecure : getPlain;
    const broken = (cause: Error) => {
      const reason = signal.aborted ? signal.reason : cause;
      reject(new HttpDownloadError(`${url.host} cannot be reached`, { cause: reason }));
    };
    const request = get(url, { headers, signal }, (response) => {
      const finish = (location?: string) => {
        resolve(location);
        request.destroy();
      };
      const attempt = (work: () => void) => {
        try {
          work();
        } catch (cause) {
          reject(cause);
          request.destroy();
        }
      };
      response.on('error', broken);
      response.on('end', () => resolve(undefined));
      if (REDIRECTS.includes(response.statusCode ?? 0)) {
        finish(response.headers.location ?? '');
        return;
      }
      attempt(() => {
        const take = answered(response);
        response.on('data', (piece: Buffer) =>
          attempt(() => {
            if (!take(piece)) finish();
          }),
        );
      });
    });
    request.on('error', broken);
  });
}
