import { BytesError, equalBytes, fromHex, fromUtf8, utf8 } from '@sotto/bytes';
import { ed25519PublicToX25519 } from '@sotto/crypto';
import { ProtocolError, parseJson } from '@sotto/protocol';
import { z } from 'zod';
import { kindOfAddress } from './address.ts';
import { DirectoryError } from './errors.ts';
import { MAX_NODES, MAX_SERVICE_NODES_BYTES, NO_SWARM } from './limits.ts';
import type { DirectoryNode, SubnetRule } from './types.ts';

const reply = z.object({ service_node_states: z.array(z.unknown()) });
const shapes = z.union([reply, z.object({ result: reply }).transform(({ result }) => result)]);

const key = z.string().regex(/^[0-9a-fA-F]{64}$/);
const port = z.int().min(0).max(65_535);
const decimal = z.string().regex(/^\d{1,20}$/);
const hexadecimal = z.string().regex(/^[0-9a-fA-F]{1,16}$/);
const state = z.object({
  public_ip: z.string(),
  storage_port: port.min(1),
  storage_lmq_port: port.default(0),
  pubkey_ed25519: key,
  pubkey_x25519: z.exactOptional(key),
  /** A number beyond what a double holds exactly is none. */
  swarm_id: z.exactOptional(z.union([decimal, z.int().min(0)]).catch('')),
  swarm: z.exactOptional(hexadecimal),
  active: z.boolean().default(true),
  funded: z.boolean().default(true),
});

/**
 * The nodes that a seed or a node of Session's network names (session-protocol §4.5): the body of an answer to
 * `get_service_nodes`, with `result` around it or without. Left out is whoever cannot be used: without address,
 * contribution or swarm, with an address of another kind than `subnets` asks for, or with an X25519 key that is not
 * the form of its Ed25519 key; and what repeats a key or an address. Nothing here is proven.
 * Throws DirectoryError `bad-json`, or `bad-list` for more nodes than a list may have.
 */
export function parseServiceNodes(body: Uint8Array, subnets: SubnetRule): readonly DirectoryNode[] {
  return readServiceNodes(parse(body), subnets);
}

/** The same of JSON that was parsed: there the swarm must be `swarm`, as a swarm ID has lost bits by then. */
export function readServiceNodes(value: unknown, subnets: SubnetRule): readonly DirectoryNode[] {
  const read = shapes.safeParse(value);
  if (!read.success) throw notNodes('it names no nodes', 'service_node_states');
  const { service_node_states: states } = read.data;
  if (states.length > MAX_NODES) {
    throw new DirectoryError('bad-list', `it names more than ${MAX_NODES} nodes`, { rule: 'too-many-nodes' });
  }
  const taken = new Set<string>();
  return states.flatMap((value) => {
    const node = readState(value, subnets);
    if (node === undefined) return [];
    const [name, place] = [node.ed25519.join(), `${node.ip}:${node.httpsPort}`];
    if (taken.has(name) || taken.has(place)) return [];
    taken.add(name).add(place);
    return [node];
  });
}

/**
 * Swarm IDs are bare digits of 64 bits, which a double cannot hold: they become texts before anything reads them.
 * Inside a text such a name cannot stand, for its quotes would be escaped.
 */
const BARE_SWARM = /("swarm_id"\s*:\s*)(\d{1,20})(?=\s*[,}])/g;

function parse(body: Uint8Array): unknown {
  if (body.length > MAX_SERVICE_NODES_BYTES) throw notNodes('it is too long');
  try {
    const text = fromUtf8(body).replace(BARE_SWARM, '$1"$2"');
    return parseJson(utf8(text), 2 * MAX_SERVICE_NODES_BYTES);
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof BytesError) throw notNodes('it is not JSON');
    throw error;
  }
}

function readState(value: unknown, subnets: SubnetRule): DirectoryNode | undefined {
  const read = state.safeParse(value);
  if (!read.success || !read.data.active || !read.data.funded) return undefined;
  const { public_ip: ip, storage_port: httpsPort, storage_lmq_port: omqPort } = read.data;
  if (kindOfAddress(ip) !== (subnets === 'ignore' ? 'loopback' : 'public')) return undefined;
  const ed25519 = fromHex(read.data.pubkey_ed25519);
  const x25519 = ed25519PublicToX25519(ed25519);
  const swarm = swarmOf(read.data);
  if (x25519 === undefined || swarm === undefined) return undefined;
  const said = read.data.pubkey_x25519;
  if (said !== undefined && !equalBytes(fromHex(said), x25519)) return undefined;
  return { ip, httpsPort, omqPort, ed25519, x25519, swarm };
}

function swarmOf({ swarm_id: id, swarm }: z.output<typeof state>): bigint | undefined {
  const read =
    swarm !== undefined ? BigInt(`0x${swarm}`) : id === undefined || id === '' ? NO_SWARM : BigInt(id);
  return read < NO_SWARM ? read : undefined;
}

function notNodes(why: string, field = ''): DirectoryError {
  return new DirectoryError('bad-json', `this does not say who the storage nodes are: ${why}`, { field });
}
