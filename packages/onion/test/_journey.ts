import { type Bytes, utf8 } from '@sotto/bytes';
import { x25519KeyPair } from '@sotto/crypto';
import { createSeededRandom } from '@sotto/testkit';
import {
  buildOnionRequest,
  type NodeKeys,
  nodeKeysFromSeed,
  type OnionDestination,
  type OnionHop,
  type OnionRequest,
  type PeeledLayer,
  peelLayer,
  readClientRequest,
} from '../src/index.ts';

/** Nodes that carry requests as the real ones do, without sockets. */

const source = createSeededRandom(7);
export const random = (length: number) => source.bytes(length);
export const NOW = 1_754_000_000_000;
export const MINUTE = Math.floor(NOW / 60_000);
export const ENCRYPTIONS = ['aes-gcm', 'xchacha20'] as const;

export const nodes = Array.from({ length: 9 }, () => nodeKeysFromSeed(random(32)));
const nodeBy = new Map(nodes.map((keys) => [String(keys.ed25519.publicKey), keys]));
export const target = nodes[8] as NodeKeys;
export const server = x25519KeyPair(random(32));
export const RPC = utf8('{"method":"info","params":{}}');

export function hopOf(keys: NodeKeys): OnionHop {
  return { ed25519: keys.ed25519.publicKey, x25519: keys.x25519.publicKey };
}

export function pathOf(hops: number): readonly OnionHop[] {
  return nodes.slice(0, hops).map(hopOf);
}

export function nodeAt(rpc: Bytes = RPC): OnionDestination {
  return { kind: 'node', hop: hopOf(target), rpc };
}

export const toServer = {
  kind: 'server',
  protocol: 'https',
  host: 'relay.example',
  port: 8443,
  x25519: server.publicKey,
  request: { method: 'POST', endpoint: '/v1/x?y=z', headers: { 'x-a': 'b' }, body: utf8('body') },
} as const satisfies OnionDestination;

export function build(changes: Partial<OnionRequest> = {}) {
  const common = { encryption: 'xchacha20', now: NOW, pad: false, wrap: false, random } as const;
  return buildOnionRequest({ path: pathOf(3), destination: nodeAt(), ...common, ...changes });
}

type Opened = Exclude<PeeledLayer, { readonly outcome: 'invalid-ciphertext' | 'refused' }>;

interface Journey {
  /** What each hop has opened, the exit's last. */
  readonly layers: readonly Opened[];
  /** The bytes on each link, the client's first. */
  readonly links: readonly Bytes[];
  /** The answer on each link of the way back, the client's last. */
  back(reply: Bytes): readonly Bytes[];
}

/** Carry a body from hop to hop as nodes do; the hops of these indices wrap no reply. */
export function travel(body: Bytes, plain: ReadonlySet<number> = new Set()): Journey {
  const [layers, links]: [Opened[], Bytes[]] = [[], [body]];
  let layer = readClientRequest(body);
  let keys = nodes[0] as NodeKeys;
  for (;;) {
    const peeled = peelLayer(layer, keys.x25519, random);
    if (peeled.outcome === 'invalid-ciphertext' || peeled.outcome === 'refused')
      throw new Error(peeled.outcome);
    layers.push(peeled);
    if (peeled.outcome !== 'relay') break;
    layer = peeled.layer;
    links.push(layer.ciphertext);
    keys = nodeBy.get(String(peeled.next)) as NodeKeys;
  }
  const back = (reply: Bytes) => {
    const answers = [reply];
    for (const [index, one] of [...layers.entries()].reverse()) {
      const last = answers.at(-1) as Bytes;
      if (one.outcome !== 'destination') answers.push(plain.has(index) ? last : one.wrap(last));
    }
    return answers;
  };
  return { layers, links, back };
}

export function exitOf<Outcome extends Opened['outcome']>(journey: Journey, outcome: Outcome) {
  const last = journey.layers.at(-1);
  if (last?.outcome !== outcome) throw new Error(`the exit is ${last?.outcome}`);
  return last as Extract<Opened, { readonly outcome: Outcome }>;
}

export function homeOf(answers: readonly Bytes[]): Bytes {
  return answers.at(-1) as Bytes;
}
