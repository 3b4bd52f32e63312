import { type Bytes, equalBytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { acceptList, encodeSignedList, kindOfAddress, type SignedList } from '@sotto/directory';
import { formatNetwork, IdentityError, type JoinLink, parseJoinLink } from '@sotto/identity';
import { LocalApiError } from '@sotto/local-api';
import { formatRpc, ProtocolError, parseDirectoryReply, parseJson, STORAGE_PATH } from '@sotto/protocol';
import type { PostToGuard } from '@sotto/transport-onion';
import { signersOf } from './directories.ts';

/** All of a thousand nodes as JSON, twice over. */
const MAX_LIST = 1024 * 1024;
/** Milliseconds for each node; they are asked side by side. */
const PATIENCE = 10_000;

/**
 * The network that somebody's link leads to, as a network text: its storage nodes are asked for their newest list, and
 * only one that the signers named in the link have signed is taken. This is the one time that nodes are asked without a
 * path: there is none yet (design §1.4). Throws LocalApiError `bad-network`, `unreachable`.
 */
export async function joinNetwork(text: string, post: PostToGuard): Promise<string> {
  const link = readLink(text);
  requireOneKind(link);
  const lists = await Promise.all(link.nodes.map((node) => askForList(node, post)));
  const answered = lists.filter((list) => list !== undefined);
  const newest = answered
    .flatMap((list) => proven(link, list) ?? [])
    .toSorted((left, right) => right.list.sequence - left.list.sequence)[0];
  if (newest !== undefined) return formatNetwork({ directory: encodeSignedList(newest) });
  if (answered.length === 0) {
    throw new LocalApiError(
      'unreachable',
      'none of the storage nodes in this link answers',
      'check the connection, or ask whoever gave it for a new one',
    );
  }
  throw refused('the storage nodes in this link show no list that its signers have signed');
}

export function isJoinLink(text: string): boolean {
  return /^sotto:\/\/join\b/i.test(text.trim());
}

function readLink(text: string): JoinLink {
  try {
    return parseJoinLink(text);
  } catch (error) {
    if (error instanceof IdentityError) throw refused(error.message);
    throw error;
  }
}

/** A link from afar must not make this machine talk to what stands beside it; a network on this machine is one whole. */
function requireOneKind({ nodes }: JoinLink): void {
  const kinds = new Set(nodes.map(({ ip }) => kindOfAddress(ip)));
  if (kinds.size === 1 && !kinds.has('reserved') && !kinds.has(undefined)) return;
  throw refused('this link names addresses that are not those of storage nodes');
}

async function askForList(
  { ip, port }: JoinLink['nodes'][number],
  post: PostToGuard,
): Promise<Bytes | undefined> {
  const reply = await post({
    ...{ ip, port, path: STORAGE_PATH },
    body: formatRpc('sotto_directory', {}),
    timeout: PATIENCE,
    maxReply: MAX_LIST,
  });
  if (reply.outcome !== 'answered' || reply.status !== 200) return undefined;
  try {
    return parseDirectoryReply(parseJson(reply.body, MAX_LIST)).list;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function proven({ directory, threshold }: JoinLink, list: Bytes): SignedList | undefined {
  const judged = acceptList({ incoming: list });
  if (judged.outcome !== 'accepted') return undefined;
  const { signed } = judged;
  const isTheirs = equalBytes(sha256(signersOf(signed)), directory) && signed.list.threshold >= threshold;
  return isTheirs && signed.list.nodes.length > 0 ? signed : undefined;
}

function refused(message: string): LocalApiError {
  return new LocalApiError(
    'bad-network',
    message,
    'ask whoever gave it to you for a new one: `sotto network share`',
  );
}
