import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, fromHex, toHex } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, randomBytes } from '@sotto/crypto';
import {
  type DirectoryNode,
  encodeSignedList,
  formatListFile,
  isSeen,
  newList,
  newSwarmId,
  parseListFile,
  parseNodeFile,
  type SignedList,
  seenAgain,
  seenList,
  signList,
  withNodes,
} from '@sotto/directory';
import { replaceFile } from '@sotto/files';
import { DevnetError, systemCode } from './errors.ts';
import { type Layout, nodeOmqPlace, nodePlace } from './layout.ts';

/** Make a node in a data folder, or read the one that is there; resolves with the content of its NODE.json. */
export type InitNode = (request: {
  readonly data: string;
  readonly ip: string;
  readonly httpsPort: number;
  readonly omqPort: number;
}) => Promise<object>;

export interface PreparedNode extends DirectoryNode {
  readonly data: string;
}

export interface PreparedNodes {
  /** In the order of their numbers. */
  readonly nodes: readonly PreparedNode[];
  /** Signed by the devnet's key, or by nobody where the nodes are in a registry. */
  readonly signed: SignedList;
  /** File of that list. */
  readonly file: string;
}

/** Make the nodes of a devnet; they stay as they are when they are there already. */
export async function prepareNodes(
  dir: string,
  layout: Layout,
  initNode: InitNode,
): Promise<readonly PreparedNode[]> {
  const ids = swarmIds(layout.swarms);
  const nodes: PreparedNode[] = [];
  for (let number = 1; number <= layout.nodes; number++) {
    const data = join(dir, `node-${number}`);
    const { host: ip, port: httpsPort } = nodePlace(layout, number);
    const { port: omqPort } = nodeOmqPlace(layout, number);
    const described = parseNodeFile(JSON.stringify(await initNode({ data, ip, httpsPort, omqPort })));
    nodes.push({ ...described, swarm: ids[(number - 1) % ids.length] ?? 0n, data });
  }
  return nodes;
}

const LIST = 'directory.json';

/** Sign the list of these nodes, when it differs from what is there. */
export async function signNodes(dir: string, nodes: readonly PreparedNode[]): Promise<PreparedNodes> {
  const file = join(dir, LIST);
  const signed = await obtainList(file, await obtainKey(join(dir, 'directory.key')), nodes);
  return { nodes, signed, file };
}

/** Write down whom a registry lists, for accounts that are yet to be made: nobody signs it. */
export async function writeSeen(
  dir: string,
  nodes: readonly PreparedNode[],
  listed: readonly DirectoryNode[],
): Promise<PreparedNodes> {
  const file = join(dir, LIST);
  const text = await readIfThere(file);
  const before = text === undefined ? undefined : parseListFile(text);
  const now = Date.now();
  if (before === undefined || !isSeen(before.list)) {
    return { nodes, file, signed: write(file, seenList({ nodes: listed, subnets: 'ignore', now })) };
  }
  const newer = seenAgain(listed, before.list, now);
  return { nodes, file, signed: newer === undefined ? before : write(file, newer) };
}

/** IDs as swarms get them one after the other: 0, then each in the middle of the largest gap. */
function swarmIds(count: number): readonly bigint[] {
  const nodes: DirectoryNode[] = [];
  const empty = new Uint8Array(32);
  while (nodes.length < count) {
    const swarm = newSwarmId({ nodes: [...nodes] });
    nodes.push({ ip: '127.0.0.1', httpsPort: 1, omqPort: 0, ed25519: empty, x25519: empty, swarm });
  }
  return nodes.map(({ swarm }) => swarm);
}

async function obtainList(
  file: string,
  key: Ed25519KeyPair,
  prepared: readonly DirectoryNode[],
): Promise<SignedList> {
  const nodes = prepared.map(plain);
  const now = Date.now();
  const before = await readIfThere(file);
  const fresh = newList({ signers: [key.publicKey], threshold: 1, subnets: 'ignore', now, nodes });
  if (before === undefined) return write(file, signList(fresh, key.secretKey));
  const known = parseListFile(before);
  const next = withNodes(known, nodes, now);
  const unchanged = { ...next.list, sequence: known.list.sequence, issuedAt: known.list.issuedAt };
  if (isSameList(unchanged, known.list) && known.signatures.length > 0) return known;
  return write(file, signList(next, key.secretKey));
}

function plain({ ip, httpsPort, omqPort, ed25519, x25519, swarm }: DirectoryNode): DirectoryNode {
  return { ip, httpsPort, omqPort, ed25519, x25519, swarm };
}

function write(file: string, signed: SignedList): SignedList {
  replaceFile(file, formatListFile(signed), 0o644);
  return signed;
}

function isSameList(left: SignedList['list'], right: SignedList['list']): boolean {
  return (
    toHex(encodeSignedList({ list: left, signatures: [] })) ===
    toHex(encodeSignedList({ list: right, signatures: [] }))
  );
}

/** The key that signs the list: the seed in hexadecimal, as `sotto directory` keeps it. */
async function obtainKey(file: string): Promise<Ed25519KeyPair> {
  const text = await readIfThere(file);
  if (text !== undefined) return ed25519KeyPair(readSeed(text));
  const seed = randomBytes(32);
  replaceFile(file, `${toHex(seed)}\n`);
  return ed25519KeyPair(seed);
}

function readSeed(text: string): Bytes {
  if (/^[0-9a-f]{64}\s*$/i.test(text)) return fromHex(text.trim());
  throw new DevnetError(
    'bad-folder',
    'the key that signs the directory of this devnet cannot be read',
    'remove the folder, or name another one with --dir',
  );
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new DevnetError('bad-folder', `${file} cannot be read (${systemCode(error)})`);
  }
}
