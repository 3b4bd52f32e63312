import { fileURLToPath } from 'node:url';
import type { DevnetReady } from '@sotto/devnet';

/** Every server of a devnet is a process of this command. */
export const BIN = fileURLToPath(new URL('../../bin/sotto.js', import.meta.url));

/** Set for a supervisor that was detached: it does not end with whoever started it. */
export const DETACHED = 'SOTTO_DEVNET_DETACHED';

/** What a person does with a devnet that is there. */
export function describeReady({ dir, relay, nodes, network, apps }: DevnetReady): string {
  const swarms = new Set(nodes.map(({ swarm_id }) => swarm_id)).size;
  return [
    `ready: ${nodes.length} storage nodes in ${swarms} swarms and ${relay === null ? 'no' : 'a'} relay, in ${dir}`,
    ...(relay === null ? [] : [`relay: ${relay}`]),
    ...apps.map(({ name, url }) => `${name}: ${url}`),
    `join it: sotto account create --profile ./alice --name Alice --network ${network}`,
    `break it: sotto devnet ctl --dir ${dir} kill relay`,
    `end it: sotto devnet ctl --dir ${dir} stop`,
  ].join('\n');
}
