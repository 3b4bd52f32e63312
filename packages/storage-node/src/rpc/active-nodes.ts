import { type Bytes, toBase64 } from '@sotto/bytes';
import type { DirectoryNode, KnownNodes } from '@sotto/directory';
import { PROTOCOL_VERSION } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import type { RpcReply } from './rpc-reply.ts';

/** Ed25519 key 32, swarm ID 8, IPv4 4, HTTPS port 2, OMQ port 2, version 3; numbers are big endian. */
const ROW = 51;

/** A list is never changed in place. */
const packed = new WeakMap<KnownNodes, Bytes>();

/**
 * `active_nodes_bin` (session-protocol §3.6): all nodes in the fewest bytes. Over HTTPS they go as they are, and in
 * base64 wherever a reply is text: in an onion and in a batch.
 */
export function activeNodes({ directory }: Pick<NodeContext, 'directory'>): RpcReply {
  const { list } = directory;
  const raw = packed.get(list) ?? pack(list.nodes);
  packed.set(list, raw);
  return { status: 200, body: toBase64(raw), raw };
}

function pack(nodes: readonly DirectoryNode[]): Bytes {
  const bytes = new Uint8Array(nodes.length * ROW);
  nodes.forEach((node, index) => {
    const view = new DataView(bytes.buffer, index * ROW, ROW);
    bytes.set(node.ed25519, index * ROW);
    view.setBigUint64(32, node.swarm);
    node.ip.split('.').forEach((part, at) => {
      view.setUint8(40 + at, Number(part));
    });
    view.setUint16(44, node.httpsPort);
    view.setUint16(46, node.omqPort);
    PROTOCOL_VERSION.forEach((part, at) => {
      view.setUint8(48 + at, part);
    });
  });
  return bytes;
}
