import { z } from 'zod';
import { idSchema, nameSchema } from './protocol.ts';

/**
 * The HTTP interface to the identities, beside the WebSocket: the one source of its types, of what
 * is accepted at run time, and of its part of docs/signaling.md.
 */

//   GET    /api/identities                   → IdentitySummary[]
//   POST   /api/identities                   ← multipart/form-data: `identity`, an EnrolRequest as
//                                              JSON, then one to eight files `picture`
//                                              → 201 EnrolResponse | 4xx HttpError
//   GET    /api/identities/:id/picture       → image/png or image/webp, the identity's first example
//   DELETE /api/identities/:id               ← Authorization: Bearer <deleteToken> → 204
//                                              (401 no token, 403 wrong token or built-in)

export const identitySummarySchema = z.object({
  id: idSchema,
  name: z.string(),
  builtIn: z.boolean().describe('Came with the server: cannot be deleted.'),
  examples: z.number().int().describe('How many pictures it is made of.'),
  consent: z
    .boolean()
    .describe("Whether this identity's consent record says that the person shown agreed."),
  createdAt: z.iso.datetime(),
  pictureUrl: z.string().describe('Path of its first picture on this server.'),
});

/** The names of the parts of an enrolment's body, which come in this order. */
export const ENROLMENT_PARTS = Object.freeze({ identity: 'identity', picture: 'picture' });
/** Pictures of one enrolment: JPEG, PNG or WebP, at most 16 Mpx each. */
export const MAX_PICTURES = 8;

/** The part `identity` of an enrolment. */
export const enrolRequestSchema = z.strictObject({
  name: nameSchema,
  consent: z
    .strictObject({
      given: z
        .literal(true)
        .describe(
          'The person shown agreed, or it is the uploader, or nobody (an invented character).',
        ),
      subject: z.enum(['myself', 'someone-who-agreed', 'invented-character']),
      statement: z.string().min(1).max(1000).describe('What was agreed to, as it was shown.'),
    })
    .describe('Kept with the identity for as long as it lives.'),
});

export const enrolResponseSchema = identitySummarySchema.extend({
  deleteToken: z
    .string()
    .describe('Secret: whoever holds it may delete the identity. Told only here, only once.'),
});

export const httpErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    picture: z
      .number()
      .int()
      .optional()
      .describe('Which of the uploaded pictures was at fault, from 0.'),
  }),
});

export type IdentitySummary = z.infer<typeof identitySummarySchema>;
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;
export type EnrolResponse = z.infer<typeof enrolResponseSchema>;
export type HttpError = z.infer<typeof httpErrorSchema>;
