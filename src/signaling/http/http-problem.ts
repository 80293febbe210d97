import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../errors.ts';
import type { HttpError } from '../identity-api.ts';
import { NEVER_STORED } from './response-headers.ts';

/** A refusal over HTTP: status, code and sentence as the client gets them. */
export class HttpProblem extends UnderstudyError {
  readonly status: number;
  readonly picture: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    detail: {
      picture?: number | undefined;
      value?: unknown;
      valid?: unknown;
      cause?: unknown;
    } = {},
  ) {
    super(code, message, detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.picture = detail.picture;
  }
}

/** What Fastify itself refuses, in our words; by its error codes. */
const FOREIGN: Readonly<Record<string, readonly [code: string, message: string]>> = Object.freeze({
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'not_multipart',
    'Send a form, as Content-Type: multipart/form-data.',
  ],
});

/** Answers whatever was thrown as the one error shape; failures of our own tell nothing about the inside. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error);
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  const { code, message, picture } = problem;
  const body: HttpError = {
    error: { code, message, ...(picture !== undefined && { picture }) },
  };
  return reply.status(problem.status).header('cache-control', NEVER_STORED).send(body);
}

/** Answers what is not HTTP, or did not come whole in time, where there is no request to answer yet. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const problem = late
    ? new HttpProblem(408, 'too_slow', 'The request did not come whole in time.')
    : new HttpProblem(400, 'bad_request', 'The request cannot be understood.');
  answerRaw(problem, socket);
}

/** Answers with a refusal where no reply of Fastify's is there to carry it, and ends the connection. */
export function answerRaw({ status, code, message }: HttpProblem, stream: Duplex): void {
  const body: HttpError = { error: { code, message } };
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  // Destroyed: a client that does not close its side would hold the connection for good.
  stream.end([...head, '', text].join('\r\n'), () => stream.destroy());
}

/** @returns the refusal that an error of ours or of Fastify's amounts to. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { code = '', statusCode = 500 } = error instanceof Error ? (error as FastifyError) : {};
  const [ours, message] = FOREIGN[code] ?? ['bad_request', 'The request cannot be understood.'];
  return statusCode < 500
    ? new HttpProblem(statusCode, ours, message, { cause: error })
    : new HttpProblem(500, 'internal', 'The server failed; the fault is logged there.', {
        cause: error,
      });
}
