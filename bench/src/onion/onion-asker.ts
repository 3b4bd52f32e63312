import { type Bytes, fromUtf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { postToGuard } from '@sotto/net-node';
import { buildOnionRequest } from '@sotto/onion';
import { ONION_PATH, STORAGE_PATH } from '@sotto/protocol';
import type { GuardRequest } from '@sotto/transport-onion';
import type { NodeProcesses } from './node-processes.ts';

/** Which nodes a request travels, by their places in the list; the last answers it. */
export type Way = readonly [guard: number, middle: number, exit: number, end: number];

/** The way of every request that is to find what others have used. */
export const WORN: Way = [0, 1, 2, 3];

/** Those that pass it on, as Tor's relays do; the one that answers is no hop. */
export function hopsOf([guard, middle, exit]: Way): readonly number[] {
  return [guard, middle, exit];
}

const CLIENTS = 16;
const TIMEOUT = 30_000;
const MAX_REPLY = 65_536;

/** Clients of a network of nodes. Answers are the text of the node at the end; anything but 200 rejects. */
export interface OnionAsker {
  ask(way: Way, rpc: Bytes): Promise<string>;
  /** The same request without an onion, straight to a node. */
  askDirectly(node: number, rpc: Bytes): Promise<string>;
}

export function createAsker({ nodes }: NodeProcesses): OnionAsker {
  // From several addresses, as many clients have: a guard bounds what comes from one.
  const posts = Array.from({ length: CLIENTS }, (_, index) =>
    postToGuard({ source: `127.0.0.${index + 2}` }),
  );
  let asked = 0;
  const nodeAt = (place: number) => {
    const node = nodes[place];
    if (node === undefined) throw new Error('there are not so many nodes');
    return node;
  };
  const post = async (place: number, path: GuardRequest['path'], body: Bytes): Promise<Bytes> => {
    const { ip, httpsPort: port } = nodeAt(place);
    const send = posts[asked++ % CLIENTS];
    if (send === undefined) throw new Error('no client');
    const answer = await send({ ip, port, path, body, timeout: TIMEOUT, maxReply: MAX_REPLY });
    if (answer.outcome !== 'answered') throw new Error(`a request was lost: ${answer.reason}`);
    if (answer.status !== 200) throw new Error(`a request was answered with ${answer.status}`);
    return answer.body;
  };
  return {
    ask: async ([guard, middle, exit, end], rpc) => {
      const { body, open } = buildOnionRequest({
        path: [nodeAt(guard), nodeAt(middle), nodeAt(exit)],
        destination: { kind: 'node', hop: nodeAt(end), rpc },
        encryption: 'xchacha20',
        now: Date.now(),
        pad: false,
        wrap: false,
        random: randomBytes,
      });
      const opened = open(await post(guard, ONION_PATH, body));
      if (opened.outcome !== 'opened') throw new Error('a request was not answered by its destination');
      return fromUtf8(opened.body);
    },
    askDirectly: async (node, rpc) => fromUtf8(await post(node, STORAGE_PATH, rpc)),
  };
}
