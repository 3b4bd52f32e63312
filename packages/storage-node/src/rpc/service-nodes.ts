import { toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { HARDFORK, type OxendRequest } from '@sotto/protocol';
import { PROTOCOL_VERSION } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { type RpcReply, refuse, succeed } from './rpc-reply.ts';

/**
 * `oxend_request`: the list of nodes as clients of the original network ask their chain for it
 * (session-protocol §4.5). There is no chain here, so there are no names, and every listed node counts as
 * funded and active.
 */
export function askOxend(context: NodeContext, { endpoint, params }: OxendRequest): RpcReply {
  if (endpoint !== 'get_service_nodes') return refuse(400, 'Unknown oxend error');
  const { list } = context.directory.signed;
  const wanted = fieldsOf(params['fields']);
  const states = list.nodes.map((node) => {
    const all = describeServiceNode(node);
    return wanted === undefined
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has(name)));
  });
  return succeed(context, {
    result: {
      service_node_states: states,
      // Grows with every change, as a chain would.
      height: list.sequence,
      hardfork: HARDFORK[0],
      snode_revision: HARDFORK[1],
      status: 'OK',
    },
  });
}

/** Names with true, or a list of names; nothing or `all` means all. */
function fieldsOf(value: unknown): ReadonlySet<string> | undefined {
  if (Array.isArray(value)) return value.includes('all') ? undefined : new Set(value.map(String));
  if (typeof value !== 'object' || value === null) return undefined;
  const names = Object.entries(value).flatMap(([name, on]) => (on === true ? [name] : []));
  return names.length === 0 || names.includes('all') ? undefined : new Set(names);
}

function describeServiceNode(node: DirectoryNode): Readonly<Record<string, unknown>> {
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
