import { createSeededRandom } from '@sotto/testkit';
import type { PathNode, PathNodes } from '../src/paths/path-types.ts';

/** Nodes with keys and addresses that a number tells apart; for tests. */
export function makeNode(number: number, ip = `127.9.${number}.1`): PathNode {
  const ed25519 = new Uint8Array(32);
  new DataView(ed25519.buffer).setUint32(0, number + 1);
  return { ip, httpsPort: 22021, ed25519, x25519: ed25519.slice().fill(7, 4) };
}

export function makeNodes(count: number, subnets: PathNodes['subnets'] = 'ignore'): PathNodes {
  return { subnets, nodes: Array.from({ length: count }, (_, number) => makeNode(number)) };
}

export function seeded(seed: number): (length: number) => Uint8Array<ArrayBuffer> {
  return createSeededRandom(seed).bytes;
}
