import { asBytes, type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import { swarmFor } from '@sotto/directory';
import { formatClientRequest, NAMESPACE, retrieveText } from '@sotto/protocol';
import { textOf } from '../text-of.ts';
import type { NodeProcesses } from './node-processes.ts';

/** What a text of 1 KiB is once it is sealed and padded. */
const SEALED = 2_560;
const TTL = 24 * 60 * 60 * 1_000;
/** How long a member holds a request that finds nothing, as our clients ask it to. */
const WAIT = 20_000;
/** Of two swarms one has half of all mailboxes. */
const TRIES = 1_000;
/** Prefix of a mailbox that is nobody's account (design §1.6). */
const BARE_KEY = 0x03;

/** A mailbox as contacts write to it, and its owner. */
export interface Box {
  store(index: number): Bytes;
  /** Asks what is in it, and waits while that is nothing. */
  waitFor(lastHash?: string): Bytes;
}

/** A new mailbox that this node's swarm keeps. */
export function newBox({ nodes }: Pick<NodeProcesses, 'nodes'>, node: number): Box {
  for (let tries = 0; tries < TRIES; tries++) {
    const { publicKey, secretKey } = ed25519KeyPair(randomBytes(32));
    const mailbox = asBytes(concatBytes(Uint8Array.of(BARE_KEY), publicKey));
    const swarm = swarmFor({ nodes }, mailbox);
    const keeper = nodes[node];
    if (keeper === undefined) throw new Error('there are not so many nodes');
    if (!swarm.nodes.includes(keeper)) continue;
    const named = { mailbox, namespace: NAMESPACE.contacts };
    return {
      store: (index) => {
        const data = new Uint8Array(SEALED);
        data.set(utf8(textOf(index)));
        const timestamp = Date.now();
        return formatClientRequest({ method: 'store', ...named, data, timestamp, expiry: timestamp + TTL });
      },
      waitFor: (lastHash) => {
        const signedAt = Date.now();
        const signature = ed25519Sign(secretKey, retrieveText(named.namespace, signedAt));
        return formatClientRequest({
          method: 'retrieve',
          ...named,
          wait: WAIT,
          ...(lastHash === undefined ? {} : { lastHash }),
          auth: { signature, signedAt },
        });
      },
    };
  }
  throw new Error('no mailbox falls to that node');
}
