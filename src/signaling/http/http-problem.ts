import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
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
  FST_ERR_CTP_BODY_TOO_LARGE: ['too_large', 'The request is too large.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['not_json', 'Send JSON, as Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body is not JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty.'],
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

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { code = '', statusCode = 500 } = error instanceof Error ? (error as FastifyError) : {};
  const [ours, message] = FOREIGN[code] ?? ['bad_request', 'The request cannot be understood.'];
  return statusCode < 500
    ? new HttpProblem(statusCode, ours, message, { cause: error })
    : new HttpProblem(500, 'internal', 'The server failed; the fault is logged there.');
}
