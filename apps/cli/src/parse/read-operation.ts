import type { FlagReader } from './flag-reader.ts';
import { metricsListen } from './flags.ts';
import type { HostPort } from './network-invocations.ts';

/** Where a server serves metrics and health, if anywhere. */
export function readOperation(read: FlagReader): { readonly operation?: HostPort } {
  const operation = read.optional(metricsListen);
  return operation === undefined ? {} : { operation };
}
