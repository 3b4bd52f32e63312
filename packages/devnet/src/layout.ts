import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@sotto/files';
import { z } from 'zod';
import { DevnetError, systemCode } from './errors.ts';

/** What a devnet's folder remembers, so that everything returns at its address. */
export interface Layout {
  /** The second number of all its addresses, 1 to 254. */
  readonly block: number;
  readonly nodes: number;
  readonly swarms: number;
  /** Labels of all apps that there ever were; the place of one in the list is its address. */
  readonly apps: readonly string[];
  /** Whether its nodes are in a registry. */
  readonly chain: boolean;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Fewer than the addresses below the relay's; more processes than this no machine of a developer runs. */
const MAX_NODES = 99;
const NODE_PORT = 22_021;
/** Where nodes speak with those of the original network. */
const NODE_OMQ_PORT = 22_020;
const RELAY_PORT = 8443;
/** Nodes count from 1 upwards and clients dial from 210 on. */
const RELAY_NUMBER = 200;
const CHAIN_NUMBER = 201;
const CHAIN_PORT = 8545;
/** Apps count from here upwards, below those that clients dial from. */
const FIRST_APP_NUMBER = 101;
const APP_PORT = 8480;
/** Every label that a folder remembers has an address; a devnet has at most as many apps at once as the command takes. */
export const MAX_APPS = 64;

const layoutSchema = z.object({
  version: z.literal(1),
  block: z.int().min(1).max(254),
  nodes: z.int().min(0).max(MAX_NODES),
  swarms: z.int().min(0).max(MAX_NODES),
  // Folders of before there were apps lack them.
  apps: z
    .array(z.string().regex(/^[a-z0-9-]{1,32}$/))
    .max(MAX_APPS)
    .default([]),
  chain: z.boolean().default(false),
});

export function relayPlace({ block }: Layout): Place {
  return { host: `127.${block}.${RELAY_NUMBER}.1`, port: RELAY_PORT };
}

export function chainPlace({ block }: Layout): Place {
  return { host: `127.${block}.${CHAIN_NUMBER}.1`, port: CHAIN_PORT };
}

/** Node `number` counts from 1. */
export function nodePlace({ block }: Layout, number: number): Place {
  return { host: `127.${block}.${number}.1`, port: NODE_PORT };
}

/** Where the same node listens for OxenMQ. */
export function nodeOmqPlace({ block }: Layout, number: number): Place {
  return { host: `127.${block}.${number}.1`, port: NODE_OMQ_PORT };
}

export function appPlace({ block, apps }: Layout, label: string): Place {
  return { host: `127.${block}.${FIRST_APP_NUMBER + apps.indexOf(label)}.1`, port: APP_PORT };
}

export function allPlaces(layout: Layout): readonly Place[] {
  const numbers = Array.from({ length: layout.nodes }, (_, index) => index + 1);
  return [
    relayPlace(layout),
    ...(layout.chain ? [chainPlace(layout)] : []),
    ...numbers.flatMap((number) => [nodePlace(layout, number), nodeOmqPlace(layout, number)]),
    ...layout.apps.map((label) => appPlace(layout, label)),
  ];
}

/** Undefined for a folder without a devnet. Throws DevnetError `bad-folder`. */
export async function readLayout(dir: string): Promise<Layout | undefined> {
  let text: string;
  try {
    text = await readFile(layoutFile(dir), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new DevnetError('bad-folder', `the folder of the devnet cannot be read (${systemCode(error)})`);
  }
  try {
    const { block, nodes, swarms, apps, chain } = layoutSchema.parse(JSON.parse(text));
    return { block, nodes, swarms, apps, chain };
  } catch {
    throw new DevnetError(
      'bad-folder',
      'what this folder remembers of its devnet cannot be read',
      'remove the folder, or name another one with --dir',
    );
  }
}

export function writeLayout(dir: string, layout: Layout): void {
  replaceFile(layoutFile(dir), `${JSON.stringify({ version: 1, ...layout })}\n`, 0o644);
}

function layoutFile(dir: string): string {
  return join(dir, 'devnet.json');
}
