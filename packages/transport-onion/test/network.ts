import { type Bytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair } from '@sotto/crypto';
import {
  type DirectoryNode,
  encodeSignedList,
  newList,
  type SignedList,
  type SubnetRule,
  signList,
  swarmFor,
  withNodes,
} from '@sotto/directory';
import {
  type IncomingLayer,
  isTimely,
  type NodeKeys,
  nodeKeysFromSeed,
  OnionError,
  openServerRequest,
  peelLayer,
  readClientRequest,
} from '@sotto/onion';
import { decodeRpc, HARDFORK, ProtocolError } from '@sotto/protocol';
import { createFakeClock, createSeededRandom } from '@sotto/testkit';
import type { GuardReply, GuardRequest, PostToGuard } from '../src/net.ts';
import { createMemberStore, type MemberStore, type RpcReply } from './member-store.ts';

/** What one node does wrong, as a test wants it. */
export interface Misbehaviour {
  /** No connection. */
  down?: boolean;
  /** Takes everything and answers nothing. */
  frozen?: boolean;
  /** Milliseconds that its RPC takes. */
  slow?: number;
  /** On its way back through this node. */
  onReply?: (body: Bytes) => Bytes | undefined;
  /** On its way to the next node. */
  onForward?: (layer: IncomingLayer) => IncomingLayer;
  /** Instead of what it would do with a layer. */
  onLayer?: (layer: IncomingLayer) => HopReply | undefined;
  /** Says that these are the nodes. */
  names?: readonly DirectoryNode[];
  /** Says it of its own swarm to the RPC. */
  onRpc?: (method: string) => RpcReply | undefined;
  /** Milliseconds that its clock is ahead. */
  ahead?: number;
}

export interface TestNode {
  readonly keys: NodeKeys;
  readonly listed: DirectoryNode;
  readonly store: MemberStore;
  readonly wrong: Misbehaviour;
  /** Onion layers that it opened. */
  opened: number;
  /** Requests as `post` brought them. */
  readonly posts: GuardRequest[];
}

interface HopReply {
  readonly status: number;
  readonly body: Bytes;
}

export interface TestNetworkOptions {
  /** Members by swarm. */
  readonly swarms?: readonly number[];
  readonly subnets?: SubnetRule;
  readonly seed?: number;
  /** Milliseconds that the network's clock is ahead of the client's. */
  readonly ahead?: number;
  /** Whose network it is; another number is another network. */
  readonly signer?: number;
}

/** Nodes that open real layers and keep real swarms, on a clock that stands still. */
export function createTestNetwork(options: TestNetworkOptions = {}) {
  const { swarms = [3, 3, 3], subnets = 'ignore', seed = 1, ahead = 0, signer = 0x51 } = options;
  const signerKeys = ed25519KeyPair(new Uint8Array(32).fill(signer));
  const clock = createFakeClock();
  const random = createSeededRandom(seed);
  const nodes = new Map<string, TestNode>();
  const contacted = new Set<string>();
  const now = (node: TestNode) => clock.now() + ahead + (node.wrong.ahead ?? 0);
  const serverKeys = nodeKeysFromSeed(random.bytes(32));

  let number = 0;
  for (const [swarm, members] of swarms.entries()) {
    for (let member = 0; member < members; member++) addNode(BigInt(swarm) << 60n, ++number);
  }
  let signed: SignedList = signList(
    newList({
      signers: [signerKeys.publicKey],
      threshold: 1,
      subnets,
      now: clock.now(),
      nodes: [...nodes.values()].map(({ listed }) => listed),
    }),
    signerKeys.secretKey,
  );
  /** What nodes give out; clients may know an older one. */
  const network = {
    clock,
    random,
    nodes: () => [...nodes.values()],
    contacted,
    post: post as PostToGuard,
    get directory(): Bytes {
      return encodeSignedList(signed);
    },
    /** Members of a key's swarm by the newest list. */
    membersOf: (key: Uint8Array) => swarmFor(signed.list, key).nodes.map((each) => nodeOf(each.ed25519)),
    at: (ip: string) => [...nodes.values()].find((node) => node.listed.ip === ip),
    /** Sign a newer list, in which nodes may be in other swarms. */
    relist(change: (node: DirectoryNode) => DirectoryNode | undefined): void {
      const changed = signed.list.nodes.flatMap((node) => change(node) ?? []);
      signed = signList(withNodes(signed, changed, clock.now()), signerKeys.secretKey);
    },
    /** Sign a newer list with one node more. */
    add(node: DirectoryNode): void {
      signed = signList(withNodes(signed, [...signed.list.nodes, node], clock.now()), signerKeys.secretKey);
    },
    /** What nodes say to `sotto_directory`. */
    answerDirectory: (): RpcReply => ({
      status: 200,
      body: { list: toBase64(encodeSignedList(signed)), t: clock.now() + ahead, hf: HARDFORK },
    }),
    server: {
      protocol: 'https' as const,
      host: 'relay.example',
      port: 443,
      x25519: serverKeys.x25519.publicKey,
    },
    serverRequests: [] as string[],
    /** What the server answers in the place of what it should, as the last hop passes it on. */
    serverSays: undefined as (() => HopReply | 'nothing') | undefined,
  };

  function addNode(swarm: bigint, index: number): void {
    const keys = nodeKeysFromSeed(random.bytes(32));
    const listed: DirectoryNode = {
      ip: subnets === 'ignore' ? `127.9.${index}.1` : `93.${index}.7.1`,
      httpsPort: 22021,
      omqPort: 0,
      ed25519: keys.ed25519.publicKey,
      x25519: keys.x25519.publicKey,
      swarm,
    };
    const node: TestNode = {
      keys,
      listed,
      wrong: {},
      opened: 0,
      posts: [],
      store: createMemberStore({
        keys: keys.ed25519,
        now: () => now(node),
        after: clock.after,
        peers: (key) =>
          swarmFor(signed.list, key).nodes.map(({ ed25519 }) => {
            const peer = nodeOf(ed25519);
            return { store: peer.store, alive: !peer.wrong.down && !peer.wrong.frozen };
          }),
        keeps: (key) => swarmFor(signed.list, key).nodes.some(({ ed25519 }) => toHex(ed25519) === keyHex),
      }),
    };
    const keyHex = toHex(listed.ed25519);
    nodes.set(keyHex, node);
  }

  function nodeOf(ed25519: Uint8Array): TestNode {
    const node = nodes.get(toHex(ed25519));
    if (!node) throw new Error('no such node');
    return node;
  }

  async function post(request: GuardRequest): Promise<GuardReply> {
    contacted.add(`${request.ip}:${request.port}`);
    const node = network.at(request.ip);
    if (!node || node.wrong.down) return { outcome: 'unreachable', reason: 'no-connection' };
    node.posts.push(request);
    const work = request.path === '/onion_req/v2' ? onionAt(node, request.body) : rpcAt(node, request.body);
    const reply = await race(request, work);
    // What a node was doing when it was killed is lost.
    if (node.wrong.down) return { outcome: 'unreachable', reason: 'no-connection' };
    if (reply === 'timeout' || reply === 'aborted') return { outcome: 'unreachable', reason: reply };
    return { outcome: 'answered', ...reply };
  }

  function race(request: GuardRequest, work: Promise<HopReply>): Promise<HopReply | 'timeout' | 'aborted'> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(request.timeout, () => resolve('timeout'));
      request.signal?.addEventListener('abort', () => resolve('aborted'), { once: true });
      work.then((reply) => {
        cancel();
        resolve(reply);
      }, reject);
    });
  }

  async function onionAt(node: TestNode, body: Bytes): Promise<HopReply> {
    try {
      return await layerAt(node, readClientRequest(body));
    } catch (error) {
      if (error instanceof OnionError) return { status: 400, body: utf8(error.message) };
      throw error;
    }
  }

  async function layerAt(node: TestNode, layer: IncomingLayer): Promise<HopReply> {
    if (node.wrong.frozen) return new Promise(() => undefined);
    const instead = node.wrong.onLayer?.(layer);
    if (instead) return instead;
    node.opened++;
    const peeled = peelLayer(layer, node.keys.x25519, random.bytes);
    if (peeled.outcome === 'invalid-ciphertext') return { status: 400, body: utf8('Invalid ciphertext') };
    if (peeled.outcome === 'refused') return { status: 200, body: peeled.reply };
    if (!isTimely(peeled, now(node))) return { status: 406, body: utf8('Layer is too old') };
    if (peeled.outcome === 'destination') {
      const reply = await answerRpc(node, peeled.rpc);
      return changed(node, { status: 200, body: peeled.seal({ status: reply.status, body: bodyOf(reply) }) });
    }
    if (peeled.outcome === 'server') {
      const opened = openServerRequest(peeled.forward, serverKeys.x25519, random.bytes);
      if (peeled.host !== network.server.host || opened.outcome !== 'request') {
        return { status: 502, body: utf8('Could not reach the server') };
      }
      const instead = network.serverSays?.();
      if (instead === 'nothing') {
        await new Promise<void>((resolve) => clock.after(25_000, resolve));
        return { status: 504, body: utf8('Request time out') };
      }
      if (instead) return instead.status === 200 ? { ...instead, body: peeled.wrap(instead.body) } : instead;
      network.serverRequests.push(`${opened.request.method} ${opened.request.endpoint}`);
      const sealed = opened.seal({ status: 201, headers: { 'x-made': 'here' }, body: utf8('served') });
      return changed(node, { status: 200, body: peeled.wrap(sealed) });
    }
    const next = nodes.get(toHex(peeled.next));
    if (!next) return { status: 502, body: utf8(`Next node not found: ${toHex(peeled.next)}`) };
    if (next.wrong.down) return { status: 504, body: utf8('Request time out') };
    const onward = node.wrong.onForward?.(peeled.layer) ?? peeled.layer;
    const reply = await layerAt(next, onward);
    return changed(node, reply.status === 200 ? { status: 200, body: peeled.wrap(reply.body) } : reply);
  }

  function changed(node: TestNode, reply: HopReply): HopReply | Promise<HopReply> {
    if (!node.wrong.onReply) return reply;
    const body = node.wrong.onReply(reply.body);
    return body ? { ...reply, body } : new Promise(() => undefined);
  }

  async function rpcAt(node: TestNode, body: Bytes): Promise<HopReply> {
    if (node.wrong.frozen) return new Promise(() => undefined);
    const reply = await answerRpc(node, body);
    return { status: reply.status, body: bodyOf(reply) };
  }

  async function answerRpc(node: TestNode, rpc: Bytes): Promise<RpcReply> {
    try {
      const request = decodeRpc(rpc);
      const { slow } = node.wrong;
      if (slow !== undefined) await new Promise<void>((resolve) => clock.after(slow, resolve));
      const instead = node.wrong.onRpc?.(request.method);
      if (instead) return instead;
      const told = { t: now(node), hf: HARDFORK };
      if (request.method === 'info') {
        return { status: 200, body: { version: [1, 0, 0], timestamp: now(node), ...told } };
      }
      if (request.method === 'sotto_directory') {
        return network.answerDirectory();
      }
      if (request.method === 'oxend_request') {
        return {
          status: 200,
          body: { result: serviceNodes(node.wrong.names ?? signed.list.nodes), ...told },
        };
      }
      return await node.store.answer(request);
    } catch (error) {
      if (error instanceof ProtocolError) return { status: 400, body: error.message };
      throw error;
    }
  }

  return network;
}

export type TestNetwork = ReturnType<typeof createTestNetwork>;

function serviceNodes(nodes: readonly DirectoryNode[]): object {
  const states = nodes.map(({ ip, httpsPort, omqPort, ed25519, x25519, swarm }) => ({
    ...{ public_ip: ip, storage_port: httpsPort, storage_lmq_port: omqPort, swarm: swarm.toString(16) },
    ...{ pubkey_ed25519: toHex(ed25519), pubkey_x25519: toHex(x25519) },
  }));
  return { service_node_states: states, status: 'OK' };
}

function bodyOf({ body }: RpcReply): Bytes {
  return utf8(typeof body === 'string' ? body : JSON.stringify(body));
}
