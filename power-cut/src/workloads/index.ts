import type { Workload } from './workload.ts';

/** Each loads late: the products are large, and a process needs one of them. */
const LOADERS: Readonly<Record<string, () => Promise<Workload>>> = {
  mailbox: async () => (await import('./mailbox.ts')).mailboxWorkload,
  relay: async () => (await import('./relay.ts')).relayWorkload,
  client: async () => (await import('./client-store.ts')).clientWorkload,
  'old-client': async () => (await import('./old-client.ts')).oldClientWorkload,
  'profile-key': async () => (await import('./profile-key.ts')).profileKeyWorkload,
  node: async () => (await import('./node-store.ts')).nodeWorkload,
  layers: async () => (await import('./opened-layers.ts')).layersWorkload,
  blobs: async () => (await import('./blobs.ts')).blobsWorkload,
};

export const WORKLOADS: readonly string[] = Object.keys(LOADERS);

/** Rejects for a name that is none. */
export function workloadNamed(name: string): Promise<Workload> {
  const load = LOADERS[name];
  if (load === undefined)
    return Promise.reject(new Error(`there is no workload ${name}; there are ${WORKLOADS.join(', ')}`));
  return load();
}
