import { randomInt } from 'node:crypto';
import { type Bytes, toHex } from '@sotto/bytes';
import { type DirectoryNode, hashOfList, type KnownNodes } from '@sotto/directory';
import { HARDFORK, type OxendRequest } from '@sotto/protocol';
import { PROTOCOL_VERSION } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { type RpcReply, refuse, succeed } from './rpc-reply.ts';

type Params = Readonly<Record<string, unknown>>;
type ServiceNode = Readonly<Record<string, unknown>>;

/** The names that clients know the question by; all mean the same. */
export const SERVICE_NODE_METHODS: ReadonlySet<string> = new Set([
  'get_service_nodes',
  'get_n_service_nodes',
  'get_all_service_nodes',
]);

/**
 * `oxend_request`: the list of nodes as clients of the original network ask their chain for it
 * (session-protocol §4.5). There are no names here.
 */
export function askOxend(context: NodeContext, { endpoint, params }: OxendRequest): RpcReply {
  const result = endpoint === 'get_service_nodes' ? serviceNodes(context, params) : undefined;
  return result === undefined ? refuse(400, 'Unknown oxend error') : succeed(context, { result });
}

/**
 * All nodes of the list, each of them funded and active, with the `fields` that are asked for; `limit` of them
 * at random, or those of `service_node_pubkeys`. Nothing but `unchanged` when the list is still the one that
 * `poll_block_hash` names. `undefined` for parameters that are none.
 */
export function serviceNodes(
  { directory }: Pick<NodeContext, 'directory'>,
  params: Params,
): ServiceNode | undefined {
  const wanted = readWanted(params);
  if (wanted === undefined) return undefined;
  const { list } = directory;
  const hash = toHex(hashOf(list));
  const head = only(wanted.fields, {
    // Grows with every change, as a chain would.
    height: list.sequence,
    target_height: list.sequence,
    hardfork: HARDFORK[0],
    snode_revision: HARDFORK[1],
    block_hash: hash,
  });
  const polled = wanted.known === undefined ? {} : { unchanged: wanted.known === hash, block_hash: hash };
  const all = { ...head, ...polled, status: 'OK' };
  if (wanted.known === hash) return all;
  const named = described(list).filter(([key]) => wanted.keys === undefined || wanted.keys.has(key));
  const states = some(named, wanted.limit).map(([, node]) => only(wanted.fields, node));
  return { ...all, service_node_states: states };
}

/** Whether what has this name is asked for. */
type IsField = (name: string) => boolean;

interface Wanted {
  readonly fields: IsField;
  readonly keys: ReadonlySet<string> | undefined;
  /** 0: all in order; negative, or more than there are: all in any order. */
  readonly limit: number;
  /** The hash that whoever asks has. */
  readonly known: string | undefined;
}

function readWanted(params: Params): Wanted | undefined {
  const fields = readFields(params['fields']);
  const { limit = 0, service_node_pubkeys: keys = [], poll_block_hash: known = '' } = params;
  if (fields === 'wrong' || !Number.isSafeInteger(limit) || typeof known !== 'string') return undefined;
  if (!isTexts(keys)) return undefined;
  return {
    fields,
    keys: keys.length === 0 ? undefined : new Set(keys.map((key) => key.toLowerCase())),
    limit: limit as number,
    known: known === '' ? undefined : known.toLowerCase(),
  };
}

/** Names with true, or a list of names; nothing or `all` means all, in a list without those that have a `-` before them. */
function readFields(value: unknown): IsField | 'wrong' {
  if (value === undefined || value === null) return () => true;
  if (typeof value !== 'object') return 'wrong';
  if (Array.isArray(value) && !isTexts(value)) return 'wrong';
  const names = new Set(
    isTexts(value) ? value : Object.entries(value).flatMap(([name, on]) => (on === true ? [name] : [])),
  );
  if (names.size === 0) return () => true;
  if (!names.has('all')) return (name) => names.has(name);
  return isTexts(value) ? (name) => !names.has(`-${name}`) : () => true;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function only(isField: IsField, all: ServiceNode): ServiceNode {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isField(name)));
}

function some<Item>(items: readonly Item[], limit: number): readonly Item[] {
  if (limit === 0) return items;
  const count = limit < 0 ? items.length : Math.min(limit, items.length);
  const drawn = [...items];
  for (let index = 0; index < count; index++) {
    const other = randomInt(index, drawn.length);
    [drawn[index], drawn[other]] = [drawn[other] as Item, drawn[index] as Item];
  }
  return drawn.slice(0, count);
}

/** A list is never changed in place, and strangers ask for it. */
const known = new WeakMap<KnownNodes, readonly (readonly [key: string, node: ServiceNode])[]>();

/** Of a registry's list too, which nobody signs. */
function hashOf(list: KnownNodes): Bytes {
  return hashOfList({ threshold: 0, signers: [], ...list });
}

function described(list: KnownNodes): readonly (readonly [key: string, node: ServiceNode])[] {
  const before = known.get(list);
  if (before !== undefined) return before;
  const nodes = list.nodes.map((node) => [toHex(node.ed25519), describeServiceNode(node)] as const);
  known.set(list, nodes);
  return nodes;
}

function describeServiceNode(node: DirectoryNode): ServiceNode {
  const key = toHex(node.ed25519);
  return {
    public_ip: node.ip,
    storage_port: node.httpsPort,
    storage_lmq_port: node.omqPort,
    pubkey_ed25519: key,
    pubkey_x25519: toHex(node.x25519),
    service_node_pubkey: key,
    swarm_id: node.swarm,
    swarm: node.swarm.toString(16),
    active: true,
    funded: true,
    requested_unlock_height: 0,
    storage_server_version: PROTOCOL_VERSION,
  };
}
