import { request } from 'node:https';
import { BytesError, fromBase64, toBase64 } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { endSession } from '@sotto/frames';
import { PING_PATH } from '@sotto/protocol';
import { TEST_TIMEOUT } from '../constants.ts';
import type { NodeKeys } from '../data/node-keys.ts';
import { dialLink } from '../link/dial-link.ts';
import type { Originals } from '../omq/originals.ts';

export interface PingRequest {
  readonly node: DirectoryNode;
  readonly keys: NodeKeys;
  /** How nodes are asked that have no links. */
  readonly originals: Pick<Originals, 'ping'>;
  /** Address to dial from; the system chooses without. */
  readonly localAddress: string | undefined;
}

/**
 * Whether a node is where the directory says, by new connections as a client would make them: the ping of the
 * original network, whose answer names the node, and our link, where the node proves its key for this very
 * connection. The first alone would believe whoever repeats a public key. One that has no links is pinged by OxenMQ
 * instead, which has it prove its key as well; the name in its answer is of another key, which no list knows of.
 * Never rejects.
 */
export async function pingNode(asked: PingRequest): Promise<boolean> {
  const { node, originals } = asked;
  const named = await nameInPing(asked);
  if (named === undefined) return false;
  const dialled = await dialLink({ ...asked, timeout: TEST_TIMEOUT });
  if (dialled.outcome === 'failed') {
    return dialled.why === 'foreign' && isKey(named) && (await originals.ping(node, TEST_TIMEOUT));
  }
  endSession(dialled.session);
  return named === toBase64(node.ed25519);
}

function isKey(name: string): boolean {
  try {
    return fromBase64(name).length === KEY_BYTES;
  } catch (error) {
    if (error instanceof BytesError) return false;
    throw error;
  }
}

const KEY_BYTES = 32;

/** The node's name as it gives it, in base64; `undefined` when there is no good answer. */
function nameInPing({ node, localAddress }: PingRequest): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asking = request({
      ...{ host: node.ip, port: node.httpsPort, path: PING_PATH, method: 'POST', agent: false },
      ...{ rejectUnauthorized: false, headers: { 'content-length': 0 } },
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const settle = (name: string | undefined): void => {
      clearTimeout(late);
      asking.destroy();
      resolve(name);
    };
    const late = setTimeout(() => settle(undefined), TEST_TIMEOUT);
    asking.on('error', () => settle(undefined));
    asking.on('response', ({ statusCode, headers }) => {
      const name = headers['x-oxen-snode-pubkey'];
      settle(statusCode === 200 && typeof name === 'string' ? name : undefined);
    });
    asking.end();
  });
}
