import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { DevnetError, systemCode } from './errors.ts';
import { allPlaces, type Layout, MAX_APPS, type Place, readLayout, writeLayout } from './layout.ts';

export interface WantedSize {
  readonly nodes?: number | undefined;
  readonly swarms?: number | undefined;
  /** Labels; those that are new get the next addresses. */
  readonly apps: readonly string[];
  /** Absent: as the folder remembers. */
  readonly chain?: boolean | undefined;
}

const DEFAULT_NODES = 9;
const NODES_IN_A_SWARM = 3;
/** Of 254 blocks; a machine where so many are taken runs more devnets than it has memory for. */
const MOST_TRIES = 20;
/** What was killed with its supervisor is gone after 1.5 s. */
const LEAVING_MS = 4000;
const LOOK_MS = 100;

/**
 * The layout that the folder remembers, when its addresses are free, else a new one in a block of addresses
 * where nobody listens. Throws DevnetError `other-size`, `address-taken`, `no-loopback-range` or `bad-folder`.
 */
export async function chooseLayout(dir: string, size: WantedSize): Promise<Layout> {
  const remembered = await readLayout(dir);
  if (remembered !== undefined) {
    requireSize(remembered, size);
    const layout = withApps(remembered, size.apps);
    await requireFree(layout);
    if (layout.apps.length > remembered.apps.length) writeLayout(dir, layout);
    return layout;
  }
  const nodes = size.nodes ?? DEFAULT_NODES;
  const swarms = size.swarms ?? (nodes === 0 ? 0 : Math.max(1, Math.floor(nodes / NODES_IN_A_SWARM)));
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { apps, chain = false } = size;
    const layout = { block: randomInt(1, 255), nodes, swarms: Math.min(swarms, nodes), apps, chain };
    if (!(await areFree(allPlaces(layout)))) continue;
    writeLayout(dir, layout);
    return layout;
  }
  throw new DevnetError('address-taken', 'no block of loopback addresses is free', 'end other devnets');
}

function withApps(remembered: Layout, wanted: readonly string[]): Layout {
  const apps = [...remembered.apps, ...wanted.filter((label) => !remembered.apps.includes(label))];
  if (apps.length <= MAX_APPS) return { ...remembered, apps };
  throw new DevnetError(
    'other-size',
    `this folder remembers ${remembered.apps.length} apps; there is no address for another one`,
    'use their labels, or name another folder with --dir',
  );
}

function requireSize(remembered: Layout, { nodes, swarms, chain = remembered.chain }: WantedSize): void {
  if (chain !== remembered.chain) {
    throw new DevnetError(
      'other-size',
      'this folder holds a devnet without a chain',
      'leave --chain out, remove the folder, or name another one with --dir',
    );
  }
  const fits =
    (nodes === undefined || nodes === remembered.nodes) &&
    (swarms === undefined || swarms === remembered.swarms);
  if (fits) return;
  throw new DevnetError(
    'other-size',
    `this folder holds a devnet of ${remembered.nodes} nodes in ${remembered.swarms} swarms`,
    'leave --nodes and --swarms out, remove the folder, or name another one with --dir',
  );
}

async function requireFree(layout: Layout): Promise<void> {
  const deadline = Date.now() + LEAVING_MS;
  while (!(await areFree(allPlaces(layout)))) {
    if (Date.now() > deadline) {
      throw new DevnetError(
        'address-taken',
        `something else listens on addresses of this devnet, 127.${layout.block}.x.1`,
        'end it, or remove the folder of the devnet so that it gets other addresses',
      );
    }
    await after(LOOK_MS);
  }
}

async function areFree(places: readonly Place[]): Promise<boolean> {
  return (await Promise.all(places.map(isFree))).every(Boolean);
}

function isFree({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (systemCode(error) !== 'EADDRNOTAVAIL') return resolve(false);
      reject(
        new DevnetError(
          'no-loopback-range',
          'this system has only one loopback address; a devnet gives every server one of its own',
          'run it on Linux',
        ),
      );
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
