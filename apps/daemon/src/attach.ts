import { setTimeout as pause } from 'node:timers/promises';
import { type LocalApi, LocalApiError } from '@sotto/local-api';
import { connectOwner } from './connect-owner.ts';
import { canonicalProfile } from './profile-folder.ts';
import { socketPath } from './socket-path.ts';

/** How long a profile may be owned by somebody who does not listen: one that is starting or ending. */
const CHANGE_OF_OWNER_MS = 15_000;
const RETRY_MS = 50;

export interface AttachRequest {
  readonly profile: string;
  readonly passphraseFile?: string;
  /** Make the profile when there is none; only to create or restore an account. */
  readonly create?: boolean;
  readonly log?: (event: string) => void;
}

/** A way to the owner of a profile, who may be this very process. */
export interface Attachment {
  readonly api: LocalApi;
  /** Done. An owner in this process ends when the others attached to it have finished, or at the abort. */
  release(options: { readonly now: AbortSignal }): Promise<void>;
}

/** Attach to whoever owns the profile, or own it for as long as is needed. Throws LocalApiError. */
export async function attach(request: AttachRequest): Promise<Attachment> {
  const profile = await canonicalProfile(request.profile);
  const socket = socketPath(profile);
  const deadline = performance.now() + CHANGE_OF_OWNER_MS;
  for (;;) {
    const api = await connectOwner(socket);
    if (api !== undefined) return attached(api);
    try {
      return await own({ ...request, profile }, socket);
    } catch (error) {
      const inUse = error instanceof LocalApiError && error.code === 'profile-in-use';
      if (!inUse || performance.now() > deadline) throw error;
    }
    await pause(RETRY_MS);
  }
}

function attached(api: LocalApi): Attachment {
  return {
    api,
    release: async () => {
      api.close();
      await api.ended;
    },
  };
}

async function own(request: AttachRequest, socket: string): Promise<Attachment> {
  // Loaded only here: who attaches to a running owner needs neither the ratchet nor the store.
  const { openOwner } = await import('./open-owner.ts');
  const owner = await openOwner({ ...request, socket, log: request.log ?? (() => undefined) });
  const api = owner.connect();
  return {
    api,
    release: async ({ now }) => {
      api.close();
      await owner.close({ now });
    },
  };
}
