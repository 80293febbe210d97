import type { Socket } from 'node:net';
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
    detail: { picture?: number | undefined; cause?: unknown } = {},
  ) {
    super(code, message, { cause: detail.cause });
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
  const body: HttpError = {
    error: late
      ? { code: 'too_slow', message: 'The request did not come whole in time.' }
      : { code: 'bad_request', message: 'The request cannot be understood.' },
  };
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${late ? '408 Request Timeout' : '400 Bad Request'}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.end([...head, '', text].join('\r\n'), () => socket.destroy());
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
