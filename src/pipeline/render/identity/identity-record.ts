import { z } from 'zod';
import { MAX_EXAMPLES } from '../engine.ts';

/** What `identity.json` says: everything about an identity but its pixels. */
export const identityRecordSchema = z.object({
  version: z.literal(1).default(1),
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  name: z.string().min(1).max(64),
  description: z.string().max(500).optional(),
  /** Built-in identities have none: they came with the program. */
  createdAt: z.iso.datetime().optional(),
  /** Kept with the identity for as long as it lives; no identity exists without one. */
  consent: z.object({
    given: z.literal(true),
    subject: z.enum(['myself', 'someone-who-agreed', 'invented-character']),
    statement: z.string().min(1).max(1000),
  }),
  /** File names beside the record, and what their bytes must hash to. */
  examples: z
    .array(
      z.object({
        file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,90}$/),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
      }),
    )
    .min(1)
    .max(MAX_EXAMPLES),
});

export type IdentityRecord = z.infer<typeof identityRecordSchema>;
export type IdentityConsent = IdentityRecord['consent'];
