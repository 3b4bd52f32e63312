import { toHex } from '@sotto/bytes';
import { layoutOf } from '@sotto/shards';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey, MessageId, StoredFile } from '../ports/store.ts';
import { noBits } from './bits.ts';
import type { SaidFile } from './read-said-files.ts';

/** Write down the files of a message that has come, in the unit that takes it in. Nothing is fetched here. */
export function putSaidFiles(
  core: Core,
  work: Work,
  of: { readonly chat: AccountKey; readonly message: MessageId; readonly files: readonly SaidFile[] },
): void {
  for (const [place, said] of of.files.entries()) {
    const known = said.attachment.length > 0;
    const file: StoredFile = {
      ...said,
      id: toHex(core.random(16)),
      direction: 'in',
      chat: of.chat,
      message: of.message,
      place,
      state: known ? 'remote' : 'failed',
      ...(known ? {} : { problem: 'file-unknown-kind' }),
      done: known ? noBits(layoutOf(said.size).stored) : new Uint8Array(0),
      addedAt: core.clock.now(),
    };
    work.change({ kind: 'put-file', file });
  }
}
