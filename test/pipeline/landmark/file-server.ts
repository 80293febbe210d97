import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request; the server notes what was asked. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A loopback file server that does as a test says. */
export async function serve(answer: Answer): Promise<{
  readonly url: string;
  /** The Range header of each request so far. */
  readonly ranges: (string | undefined)[];
  close(): Promise<void>;
}> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.task`,
    ranges,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Serves bytes whole, or from where a Range header asks. */
export function fileAnswer(bytes: Uint8Array): Answer {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from > 0) {
      const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-range': range });
    } else response.writeHead(200, { 'content-length': bytes.length });
    response.end(bytes.subarray(from));
  };
}

/** Breaks the connection as soon as so many bytes were handed to the system, which delivers them. */
export function brokenAnswer(bytes: Uint8Array, after: number): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, after), () => response.destroy());
  };
}
