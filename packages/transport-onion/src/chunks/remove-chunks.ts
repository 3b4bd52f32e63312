import type { ChunksToRemove } from '@sotto/client';
import { messageHashText } from '@sotto/protocol';
import { deleteDurably } from '../delete-durably.ts';
import type { Members } from '../members.ts';
import { chunkBox } from './chunk-box.ts';

/** A file that will not be sent after all: enough members must have signed that its chunks are gone. */
export async function removeChunks(members: Members, chunks: ChunksToRemove): Promise<boolean> {
  const { mailbox, secret, hashes } = chunks;
  if (hashes.length === 0) return true;
  // A hash names its message whatever the namespace.
  return deleteDurably(members, chunkBox(mailbox, 0, secret), hashes.map(messageHashText));
}
