import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { type Bytes, fromHex, Secret, toHex } from '@sotto/bytes';
import { ed25519Sign, randomBytes } from '@sotto/crypto';
import { replaceFile, syncWayTo } from '@sotto/files';
import { type IncomingLayer, nodeKeysFromSeed, type PeeledLayer, peelLayer } from '@sotto/onion';
import { StorageNodeError } from '../errors.ts';

/** Where others reach a node. */
export interface NodeAddress {
  /** IPv4 in dotted decimal. */
  readonly ip: string;
  readonly httpsPort: number;
  /** 0 when there is none. */
  readonly omqPort: number;
}

/** What makes a node this node: one Ed25519 pair and its X25519 form. */
export interface NodeKeys {
  readonly ed25519: Bytes;
  readonly x25519: Bytes;
  sign(message: Uint8Array): Bytes;
  /** For the handshake of OxenMQ, whose library takes it as it is. */
  readonly x25519Secret: Secret;
  /** Open an onion layer. */
  peel(layer: IncomingLayer): PeeledLayer;
}

const FILE = 'node.json';

/** Keys and address of a data folder; `undefined` when no node was made in it. Throws StorageNodeError `damaged-data`. */
export function readNode(
  folder: string,
): { readonly keys: NodeKeys; readonly address: NodeAddress } | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StorageNodeError('damaged-data', `${FILE} cannot be read`, { cause: error });
  }
  try {
    const { ed25519_seed: seed, ip, https_port: httpsPort, omq_port: omqPort } = JSON.parse(text);
    if (typeof seed !== 'string' || typeof ip !== 'string') throw new TypeError('not a node');
    return { keys: keysOf(fromHex(seed)), address: checkAddress({ ip, httpsPort, omqPort }) };
  } catch {
    // The cause would quote the file.
    throw new StorageNodeError('damaged-data', `${FILE} is damaged; restore it from a backup`);
  }
}

/** The same. Throws StorageNodeError `no-node` as well. */
export function requireNode(folder: string): NonNullable<ReturnType<typeof readNode>> {
  const node = readNode(folder);
  if (node !== undefined) return node;
  throw new StorageNodeError('no-node', 'this folder holds no storage node; make one with `sotto node init`');
}

/** Keep keys and address; the seed is drawn when there is none yet. */
export function writeNode(folder: string, address: NodeAddress): NodeKeys {
  const { ip, httpsPort, omqPort } = checkAddress(address);
  const path = join(folder, FILE);
  const seed = readNode(folder) === undefined ? toHex(randomBytes(32)) : readSeed(path);
  replaceFile(
    path,
    `${JSON.stringify({ ed25519_seed: seed, ip, https_port: httpsPort, omq_port: omqPort }, null, 2)}\n`,
  );
  syncWayTo(folder);
  return keysOf(fromHex(seed));
}

function readSeed(path: string): string {
  return String((JSON.parse(readFileSync(path, 'utf8')) as { ed25519_seed: unknown }).ed25519_seed);
}

function keysOf(seed: Bytes): NodeKeys {
  const { ed25519, x25519 } = nodeKeysFromSeed(seed);
  const [signing, opening] = [new Secret(ed25519.secretKey), new Secret(x25519.secretKey)];
  return {
    ed25519: ed25519.publicKey,
    x25519: x25519.publicKey,
    x25519Secret: opening,
    sign: (message) => ed25519Sign(signing.expose(), message),
    peel: (layer) =>
      peelLayer(layer, { publicKey: x25519.publicKey, secretKey: opening.expose() }, randomBytes),
  };
}

/** Throws StorageNodeError `bad-address`. */
function checkAddress({ ip, httpsPort, omqPort }: NodeAddress): NodeAddress {
  const port = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
  if (!isIPv4(ip) || ip === '0.0.0.0') {
    throw new StorageNodeError(
      'bad-address',
      'a storage node is listed with the IPv4 address that others dial',
    );
  }
  if (!port(httpsPort) || httpsPort === 0 || !port(omqPort)) {
    throw new StorageNodeError('bad-address', 'a storage node is listed with the port that others dial');
  }
  return { ip, httpsPort, omqPort };
}
