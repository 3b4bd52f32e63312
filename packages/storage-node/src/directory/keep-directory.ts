import { randomInt } from 'node:crypto';
import { isSeen, MAX_SIGNED_LIST_BYTES } from '@sotto/directory';
import { DIAL_TIMEOUT, FILE_INTERVAL, FIRST_REFRESH, REFRESH_INTERVAL } from '../constants.ts';
import type { Events } from '../events.ts';
import type { Links } from '../link/links.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeDirectory } from './node-directory.ts';

/** Watch the file and ask the other nodes in turn. Returns what ends it. */
export function keepDirectory(directory: NodeDirectory, links: Links, events: Events): () => void {
  const failed = (error: unknown): void => events.failed(error);
  const file = setInterval(() => directory.lookAtFile(), FILE_INTERVAL).unref();
  const ask = (): void => {
    askOne(directory, links).catch(failed);
  };
  const first = setTimeout(ask, FIRST_REFRESH).unref();
  const others = setInterval(ask, REFRESH_INTERVAL).unref();
  return () => {
    clearInterval(file);
    clearTimeout(first);
    clearInterval(others);
  };
}

/** Ask one node, at random, for its list. */
export async function askOne(directory: NodeDirectory, links: Links): Promise<void> {
  // Where nobody signs, no other's list is taken.
  if (directory.signed === undefined || isSeen(directory.signed.list)) return;
  const others = directory.others();
  const node = others.length === 0 ? undefined : others[randomInt(others.length)];
  if (node === undefined) return;
  const reply = await links.post(node, {
    path: LINK_PATH.directory,
    body: new Uint8Array(),
    timeout: 2 * DIAL_TIMEOUT,
    maxReply: MAX_SIGNED_LIST_BYTES,
  });
  if (reply.outcome === 'answered' && reply.status === 200) directory.offer(reply.body);
}
