import { FETCHED_AT_ONCE } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { StoredFile } from '../ports/store.ts';
import { putFile } from './finish-file.ts';

/**
 * Small files of contacts are fetched when they come. Nothing is fetched of a request, however small: who asks a
 * swarm for something that a stranger has put there tells the stranger, if that is where the stranger looks.
 */
export async function wantSmallFiles(core: Core): Promise<void> {
  const remote = await core.store.filesWith(['remote']);
  if (!remote.some(({ size }) => size <= FETCHED_AT_ONCE)) return;
  await core.unit(async (work) => {
    for (const file of await core.store.filesWith(['remote'])) {
      if (file.size > FETCHED_AT_ONCE || !(await isWelcome(core, file))) continue;
      putFile(work, { ...file, state: 'wanted' });
    }
  });
}

/** It came from a contact, and its message is shown. */
export async function isWelcome(core: Core, { chat, message }: StoredFile): Promise<boolean> {
  if (chat === undefined || message === undefined) return false;
  const contact = await core.store.contact(chat);
  return contact?.state === 'accepted' && (await core.store.message(message)) !== undefined;
}
