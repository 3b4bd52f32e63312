import { request } from 'node:https';
import { toBase64 } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { PING_PATH } from '@sotto/protocol';
import { TEST_TIMEOUT } from '../constants.ts';
import type { NodeKeys } from '../data/node-keys.ts';
import { dialLink } from '../link/dial-link.ts';
import { endSession } from '../link/end-session.ts';

export interface PingRequest {
  readonly node: DirectoryNode;
  readonly keys: NodeKeys;
  /** Address to dial from; the system chooses without. */
  readonly localAddress: string | undefined;
}

/**
 * Whether a node is where the directory says, by new connections as a client would make them: the ping of the
 * original network, whose answer names the node, and our link, where the node proves its key for this very
 * connection. The first alone would believe whoever repeats a public key. Never rejects.
 */
export async function pingNode(asked: PingRequest): Promise<boolean> {
  if (!(await answersPing(asked))) return false;
  const dialled = await dialLink({ ...asked, timeout: TEST_TIMEOUT });
  if (dialled.outcome === 'failed') return false;
  endSession(dialled.session);
  return true;
}

function answersPing({ node, localAddress }: PingRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({
      ...{ host: node.ip, port: node.httpsPort, path: PING_PATH, method: 'POST', agent: false },
      ...{ rejectUnauthorized: false, headers: { 'content-length': 0 } },
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const settle = (reached: boolean): void => {
      clearTimeout(late);
      asking.destroy();
      resolve(reached);
    };
    const late = setTimeout(() => settle(false), TEST_TIMEOUT);
    asking.on('error', () => settle(false));
    asking.on('response', ({ statusCode, headers }) => {
      settle(statusCode === 200 && headers['x-oxen-snode-pubkey'] === toBase64(node.ed25519));
    });
    asking.end();
  });
}
