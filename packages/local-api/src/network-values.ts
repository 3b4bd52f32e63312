import { z } from 'zod';
import { path, roadStatus } from './values.ts';

const time = z.int().nonnegative();

/** A list of storage nodes, in short. */
const directorySummary = z.object({
  /** Short name: people with the same one are in the same network. */
  name: z.string(),
  sequence: z.int(),
  issued_at: time,
  nodes: z.int(),
  swarms: z.int(),
  signers: z.int(),
  threshold: z.int(),
});

/** What a network text says, for a person to decide. Nobody was asked. */
export const networkSummary = z.object({
  relay: z.object({ url: z.string(), host: z.string() }).nullable(),
  directory: directorySummary.nullable(),
});
export type NetworkSummaryValue = z.infer<typeof networkSummary>;

/** Where a link to join leads, and who gave it. */
export const joined = z.object({
  /** For `account.create` and `account.restore`. */
  network: z.string(),
  summary: networkSummary,
  /** Of whoever gave it. */
  account_id: z.string(),
  /** As they call themselves; unproven. */
  name: z.string().nullable(),
});
export type JoinedValue = z.infer<typeof joined>;

/** The first hop of paths: the only storage node that sees this device's address. */
export const guard = z.object({
  ip: z.string(),
  /** The beginning of its key. */
  key: z.string(),
  chosen_at: time,
  /** `used`: new paths begin there; `reserve`: lives and waits its turn; `resting`: did not answer, or is doubted. */
  state: z.enum(['used', 'reserve', 'resting']),
});
export type GuardValue = z.infer<typeof guard>;

/** How this account is connected, for people to look at. */
export const networkView = z.object({
  roads: z.array(roadStatus),
  relay: z.object({ url: z.string(), host: z.string(), key: z.string().nullable() }).nullable(),
  directory: directorySummary.nullable(),
  guards: z.array(guard),
  paths: z.array(path),
  /** Everything is dialled through a proxy. */
  proxied: z.boolean(),
});
export type NetworkViewValue = z.infer<typeof networkView>;
