import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asBytes, type Bytes, fromHex, toBase64, toHex, utf8 } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import {
  type DirectoryNode,
  formatListFile,
  newList,
  parseNodeFile,
  type SignedList,
  signList,
  swarmFor,
  withNodes,
} from '@sotto/directory';
import { buildOnionRequest, type OnionDestination, type OnionHop, type OnionRequest } from '@sotto/onion';
import { BEHIND, Pipes } from '@sotto/test-servers';
import { MAX_STREAMS } from '../src/constants.ts';
import { initNode, type RunningNode, startNode } from '../src/index.ts';

export interface TestNode extends DirectoryNode {
  readonly key: string;
  readonly data: string;
  readonly trace: string;
  running: RunningNode | undefined;
}

/** Several real nodes in this process, each with an address and a folder of its own. */
export interface TestNetwork {
  readonly dir: string;
  readonly file: string;
  readonly nodes: readonly TestNode[];
  readonly signer: Ed25519KeyPair;
  /** Between the nodes, when the network was made with them. */
  readonly pipes: Pipes | undefined;
  signed: SignedList;
  /** Milliseconds that all nodes' clocks are ahead. */
  ahead: number;
  start(node: TestNode): Promise<void>;
  stop(node: TestNode): Promise<void>;
  /** A node that is in no list. */
  outsider(): Promise<TestNode>;
  close(): Promise<void>;
}

const PORT = 22021;
const OMQ_PORT = 22020;

/** Processes that test at the same time are neighbours by number, so none takes another's addresses. */
let networks = 0;
function nextBlock(): number {
  return 1 + ((process.pid + 37 * networks++) % 254);
}

/** Swarms of so many members each, their IDs spread evenly over the ring. */
export async function createNetwork(
  swarms: readonly number[],
  options: {
    readonly trace?: true;
    readonly pipes?: true;
    readonly omq?: true;
    readonly operation?: true;
  } = {},
): Promise<TestNetwork> {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-nodes-'));
  const block = nextBlock();
  const file = join(dir, 'directory.json');
  const signer = ed25519KeyPair(randomBytes(32));
  let number = 0;
  const make = async (swarm: bigint): Promise<TestNode> => {
    number += 1;
    const data = join(dir, `node-${number}`);
    const omqPort = options.omq === undefined ? 0 : OMQ_PORT;
    const made = await initNode({ data, ip: `127.${block}.${number}.1`, httpsPort: PORT, omqPort });
    const node = parseNodeFile(JSON.stringify(made));
    return {
      ...node,
      swarm,
      key: toHex(node.ed25519),
      data,
      trace: join(dir, `trace-${number}`),
      running: undefined,
    };
  };
  const nodes: TestNode[] = [];
  for (const [index, members] of swarms.entries()) {
    const swarm = (2n ** 64n / BigInt(swarms.length)) * BigInt(index);
    for (let member = 0; member < members; member++) nodes.push(await make(swarm));
  }
  const pipes = options.pipes === undefined ? undefined : await Pipes.before(nodes);
  const network: TestNetwork = {
    dir,
    pipes,
    file,
    nodes,
    signer,
    signed: listOf(nodes, signer),
    ahead: 0,
    async start(node) {
      node.running = await startNode({
        data: node.data,
        listen: { host: node.ip, port: node.httpsPort + (pipes === undefined ? 0 : BEHIND) },
        directory: file,
        ...(options.trace === undefined ? {} : { trace: node.trace }),
        ...(options.operation === undefined ? {} : { operation: { host: '127.0.0.1', port: 0 } }),
        now: () => Date.now() + network.ahead,
      });
    },
    async stop(node) {
      const { running } = node;
      node.running = undefined;
      await running?.close();
    },
    outsider: () => make(0n),
    async close() {
      await Promise.all(nodes.map((node) => network.stop(node)));
      await pipes?.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await writeFile(file, formatListFile(network.signed));
  await Promise.all(nodes.map((node) => network.start(node)));
  return network;
}

function listOf(nodes: readonly DirectoryNode[], signer: Ed25519KeyPair): SignedList {
  const empty = newList({ signers: [signer.publicKey], threshold: 1, subnets: 'ignore', now: Date.now() });
  return signList(withNodes(empty, nodes.map(plain), Date.now()), signer.secretKey);
}

export function plain({ ip, httpsPort, omqPort, ed25519, x25519, swarm }: DirectoryNode): DirectoryNode {
  return { ip, httpsPort, omqPort, ed25519, x25519, swarm };
}

/** A mailbox whose owner is here: a bare Ed25519 key, or an account with both of its keys. */
export interface Owner {
  readonly pubkey: string;
  readonly mailbox: Bytes;
  sign(text: string | Uint8Array): string;
}

export function createOwner(): Owner {
  const pair = ed25519KeyPair(randomBytes(32));
  const pubkey = `03${toHex(pair.publicKey)}`;
  return {
    pubkey,
    mailbox: fromHex(pubkey),
    sign: (text) => toBase64(ed25519Sign(pair.secretKey, typeof text === 'string' ? utf8(text) : text)),
  };
}

/** Somebody whom an owner has given part of his rights. */
export interface Subaccount {
  readonly token: Bytes;
  /** What a request that it has signed is sent with. */
  params(text: string): Record<string, unknown>;
}

/** `access`: bits of `SUBACCOUNT_ACCESS`. */
export function createSubaccount(owner: Owner, access: number, prefix = 3): Subaccount {
  const pair = ed25519KeyPair(randomBytes(32));
  const token = asBytes(Uint8Array.of(prefix, access, 0, 0, ...pair.publicKey));
  return {
    token,
    params: (text) => ({
      pubkey: owner.pubkey,
      signature: toBase64(ed25519Sign(pair.secretKey, utf8(text))),
      subaccount: toBase64(token),
      subaccount_sig: owner.sign(token),
    }),
  };
}

export interface Members {
  readonly inside: readonly TestNode[];
  readonly outside: readonly TestNode[];
}

/** Who keeps a mailbox, and who does not. */
export function membersFor({ nodes, signed }: TestNetwork, mailbox: Bytes): Members {
  const { id } = swarmFor(signed.list, mailbox);
  return {
    inside: nodes.filter(({ swarm }) => swarm === id),
    outside: nodes.filter(({ swarm }) => swarm !== id),
  };
}

const agent = new Agent({ rejectUnauthorized: false, keepAlive: false });

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface PostOptions {
  readonly method?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTPS request, as any client sends it. */
export function post(
  node: TestNode,
  path: string,
  body: Uint8Array | string,
  { method = 'POST', signal, headers = {} }: PostOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = requestHttps(
      {
        ...{ host: node.ip, port: node.httpsPort, path, method, agent },
        ...(signal === undefined ? {} : { signal }),
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(parts);
          resolve({
            status: response.statusCode ?? 0,
            text: bytes.toString(),
            bytes,
            headers: response.headers,
          });
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** What one member says of a request that all of them do. */
export interface Entry {
  readonly hash?: string;
  readonly signature?: string;
  readonly already?: boolean;
  readonly expiry?: number | readonly number[];
  readonly deleted?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  readonly updated?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  readonly count?: number;
  readonly unchanged?: Readonly<Record<string, number>>;
  readonly failed?: boolean;
  readonly timeout?: boolean;
  readonly code?: number;
  readonly reason?: string;
  readonly t?: number;
}

export interface Message {
  readonly hash: string;
  readonly timestamp: number;
  readonly expiration: number;
  readonly data: string;
}

/** Every field that a reply may have; a test fails on the one it misses. */
export interface Body {
  readonly t?: number;
  readonly hf?: readonly number[];
  readonly hash?: string;
  /** Members of a request that all do; the ID of a swarm in its description. */
  readonly swarm?: Readonly<Record<string, Entry>>;
  readonly snodes?: readonly {
    readonly pubkey_ed25519: string;
    readonly address: string;
    readonly port: string;
  }[];
  readonly messages?: readonly Message[];
  readonly more?: boolean;
  readonly expiries?: Readonly<Record<string, number>>;
  readonly results?: readonly { readonly code: number; readonly body: Body }[];
  readonly version?: readonly number[];
  readonly timestamp?: number;
  readonly list?: string;
  readonly result?: {
    readonly service_node_states?: readonly Readonly<Record<string, unknown>>[];
    readonly code?: number;
    readonly body?: Body | string;
  };
  readonly condition?: boolean;
  readonly height?: number;
  readonly v?: readonly number[];
}

export interface RpcAnswer {
  readonly status: number;
  /** Empty when the answer is no JSON. */
  readonly body: Body;
  readonly text: string;
}

export async function rpc(node: TestNode, method: string, params: object): Promise<RpcAnswer> {
  const { status, text } = await post(node, '/storage_rpc/v1', JSON.stringify({ method, params }));
  return { status, body: text.startsWith('{') ? (JSON.parse(text) as Body) : {}, text };
}

/** The statuses of many requests, all at once over a few connections of HTTP/2. */
export async function rpcAtOnce(
  node: TestNode,
  method: string,
  all: readonly object[],
): Promise<readonly number[]> {
  const sessions: ClientHttp2Session[] = [];
  const answers = all.map((params, index) => {
    if (index % MAX_STREAMS === 0) {
      sessions.push(connectHttp2(`https://${node.ip}:${node.httpsPort}`, { rejectUnauthorized: false }));
    }
    const stream = sessions.at(-1)?.request({ ':method': 'POST', ':path': '/storage_rpc/v1' });
    return new Promise<number>((resolve, reject) => {
      stream?.on('response', (headers) => resolve(headers[':status'] ?? 0));
      stream?.on('error', reject);
      stream?.resume();
      stream?.end(JSON.stringify({ method, params }));
    });
  });
  try {
    return await Promise.all(answers);
  } finally {
    for (const session of sessions) session.close();
  }
}

export function storeParams(owner: Owner, data: string, over: object = {}): Record<string, unknown> {
  const now = Date.now();
  return {
    pubkey: owner.pubkey,
    namespace: 40,
    timestamp: now,
    ttl: 86_400_000,
    data: toBase64(utf8(data)),
    ...over,
  };
}

/** What a store outside an inbox is signed with. */
export function signedStore(
  owner: Owner,
  namespace: number,
  data: string,
  over: object = {},
): Record<string, unknown> {
  const at = Date.now();
  const signature = owner.sign(`store${namespace === 0 ? '' : namespace}${at}`);
  return storeParams(owner, data, { namespace, timestamp: at, sig_timestamp: at, signature, ...over });
}

export function retrieveParams(
  owner: Owner,
  namespace = 40,
  over: object = {},
  at = Date.now(),
): Record<string, unknown> {
  const signature = owner.sign(`retrieve${namespace === 0 ? '' : namespace}${at}`);
  return { pubkey: owner.pubkey, namespace, timestamp: at, signature, ...over };
}

function hop({ ed25519, x25519 }: DirectoryNode): OnionHop {
  return { ed25519, x25519 };
}

export function buildFor(
  path: readonly DirectoryNode[],
  destination: OnionDestination,
  over: Partial<OnionRequest> = {},
): ReturnType<typeof buildOnionRequest> {
  return buildOnionRequest({
    path: path.map(hop),
    destination,
    encryption: 'xchacha20',
    now: Date.now(),
    pad: false,
    wrap: false,
    random: randomBytes,
    ...over,
  });
}

export function nodeDestination(node: DirectoryNode, method: string, params: object): OnionDestination {
  return { kind: 'node', hop: hop(node), rpc: utf8(JSON.stringify({ method, params })) };
}

export function textOf({ messages }: Body): string[] {
  return (messages ?? []).map(({ data }) => Buffer.from(data, 'base64').toString());
}

/** Shorter than any time-out between nodes (five seconds), and long for a busy machine. */
export const AT_ONCE = 4_000;

export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  within = 10_000,
): Promise<void> {
  const end = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
