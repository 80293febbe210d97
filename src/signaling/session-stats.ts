import { z } from 'zod';

/** What a viewer is told about a face; `live` and `held` look alike on purpose to other viewers. */
export const avatarStateSchema = z.enum(['preparing', 'live', 'face-lost', 'idle', 'recovering']);

/** How much is drawn of a session, dearest first; see docs/performance.md. */
export const qualityLevelSchema = z.enum(['full', 'alternate', 'small', 'warp', 'half', 'hold']);

/** Why a session is at its level. */
const levelReasonSchema = z.enum(['within-budget', 'own-cost', 'shared-load', 'recovering']);

export const statsSchema = z.object({
  at: z.number().describe('Milliseconds since the server started.'),
  avatar: avatarStateSchema,
  engine: z.string().describe('The rendering engine in use.'),
  device: z
    .string()
    .describe(
      "What the engine's network runs on now: `cpu`, `webgpu`, `cuda`; `cpu` where it failed.",
    ),
  fpsIn: z.number().describe('Camera frames a second that arrived whole.'),
  fpsOut: z.number().describe('Avatar frames a second that were sent.'),
  addedLatencyMs: z
    .object({ p50: z.number(), p95: z.number() })
    .describe(
      'Camera frame complete at the server → its avatar frame handed to the network, over the last second.',
    ),
  stagesMs: z
    .record(z.string(), z.number())
    .describe(
      "Median time in each stage over the last second; the keys are the stages' names, in flow order.",
    ),
  frameBudgetMs: z
    .number()
    .describe('A camera frame complete at the server must be answered within this time.'),
  deadlines: z
    .object({ met: z.number(), missed: z.number() })
    .describe(
      'Camera frames answered within the budget; and those answered later, or overtaken by newer ones before they could be drawn (`superseded`, `overflow`), since the session began. Frames that the level leaves out are in neither.',
    ),
  level: qualityLevelSchema.describe('How much is drawn: see Quality levels.'),
  levelReason: levelReasonSchema.describe('Why it is this level: see Quality levels.'),
  degraded: z
    .number()
    .describe(
      "Frames shown by the plain warp because the network's answer was unusable, since the session began.",
    ),
  drops: z
    .record(z.string(), z.number())
    .describe('Why frames were not rendered, counted since the session began.'),
  bitrateInBps: z.number(),
  bitrateOutBps: z.number(),
  lossIn: z.number().describe('Fraction of RTP packets lost on the way to the server, 0…1.'),
  rttMs: z.number().nullable(),
  codecIn: z.string().nullable(),
  codecOut: z.string().nullable(),
  lipSyncErrorMs: z
    .number()
    .nullable()
    .describe('How much the sent voice is ahead of (> 0) or behind the sent face.'),
});

export type AvatarState = z.infer<typeof avatarStateSchema>;
export type QualityLevel = z.infer<typeof qualityLevelSchema>;
export type LevelReason = z.infer<typeof levelReasonSchema>;
export type SessionStats = z.infer<typeof statsSchema>;
