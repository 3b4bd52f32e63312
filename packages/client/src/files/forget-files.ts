import { layoutOf } from '@sotto/shards';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, MessageId, StoredFile } from '../ports/store.ts';

/** Forget the files of a message that is forgotten here. */
export async function forgetFilesOf(core: Core, work: Work, message: MessageId): Promise<void> {
  for (const file of await core.store.filesOf(message)) await forget(core, work, file);
}

/** Forget all files of a chat. */
export async function forgetFilesIn(core: Core, work: Work, chat: AccountKey): Promise<void> {
  for (const file of await core.store.filesIn(chat)) await forget(core, work, file);
}

/**
 * Of one whose message was never sent, storage nodes may have a part that nobody is to read: enough is kept to
 * have that deleted, and nothing of what it was. What was sent belongs to the other side as well.
 */
async function forget(core: Core, work: Work, file: StoredFile): Promise<void> {
  const { id, direction, size, state, seed, attachment, done, addedAt, message } = file;
  const sent = message && (await core.store.message(message));
  const unsent = sent === undefined || sent.state === 'queued' || sent.state === 'failed';
  if (direction === 'in' || seed === undefined || state === 'unwanted' || !unsent) {
    if (state !== 'unwanted') work.change({ kind: 'delete-file', id });
    return;
  }
  const type = 'application/octet-stream';
  const unwanted: StoredFile = {
    id,
    direction,
    place: 0,
    type,
    size,
    state: 'unwanted',
    seed,
    attachment,
    done,
    addedAt,
  };
  // The list of hashes is what deleting them needs.
  const { chunks, manifest } = layoutOf(size);
  work.change(
    { kind: 'delete-chunks', file: id, ...(manifest ? { except: chunks } : {}) },
    { kind: 'put-file', file: unwanted },
  );
  work.after(() => {
    core.signals.filesDue();
    return undefined;
  });
}
