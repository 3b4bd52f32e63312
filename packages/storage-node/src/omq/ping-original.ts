import { equalBytes, utf8 } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import type { OxenMq } from '@sotto/oxenmq';

const PONG = utf8('pong');

/**
 * Whether a node answers `sn.ping` at the place that the directory says, over a connection of its own. CURVE lets
 * nobody answer who has not the node's X25519 key. Never rejects.
 */
export async function pingOriginal(
  endpoint: Pick<OxenMq, 'dial'>,
  asked: {
    readonly node: DirectoryNode;
    /** Address to dial from; the system chooses without. */
    readonly localAddress: string | undefined;
    /** Milliseconds, for all of it. */
    readonly timeout: number;
  },
): Promise<boolean> {
  const { node, localAddress, timeout } = asked;
  const end = Date.now() + timeout;
  const conversation = await endpoint.dial({
    ...{ host: node.ip, port: node.omqPort, key: node.x25519, localAddress, timeout },
  });
  if (conversation === undefined) return false;
  const answer = await conversation.ask('sn.ping', [], {
    timeout: Math.max(1, end - Date.now()),
    maxReply: PONG.length,
  });
  conversation.cut();
  if (answer.outcome !== 'answered') return false;
  const [pong] = answer.data;
  return pong !== undefined && equalBytes(pong, PONG);
}
