import { z } from 'zod';

/** How full the server is: told to whoever is refused or has to wait. */
export const capacityEstimateSchema = z.object({
  sessions: z.number().describe('Sessions there are.'),
  capacity: z.number().describe('Sessions that this machine carries with their frames in time.'),
  frameMs: z.number().describe('What a frame would take, in a bad case, with one session more.'),
  budgetMs: z.number().describe('What a frame may take.'),
  waitMs: z
    .number()
    .nullable()
    .describe('About when there is a place, going by how long calls last here; null: not known.'),
});

export type CapacityEstimate = z.infer<typeof capacityEstimateSchema>;
