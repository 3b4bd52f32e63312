import { MAX_BODY_BYTES } from '@sotto/protocol';
import type { KeepDraftOutcome } from '../client-chat-types.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey } from '../ports/store.ts';

/** What was typed and not sent yet; an empty text forgets it. */
export function keepDraft(core: Core, account: AccountKey, text: string): Promise<KeepDraftOutcome> {
  return core.unit(async (work) => {
    if ((await core.store.contact(account)) === undefined) return { outcome: 'unknown-contact' };
    // Each unit is at least one byte of a text.
    if (text.length > MAX_BODY_BYTES) return { outcome: 'too-long', limit: MAX_BODY_BYTES };
    work.change({ kind: 'put-draft', chat: account, text });
    return { outcome: 'kept' };
  });
}
