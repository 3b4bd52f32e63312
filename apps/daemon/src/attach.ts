import { setTimeout as pause } from 'node:timers/promises';
import { type LocalApi, LocalApiError } from '@sotto/local-api';
import { connectOwner, type Welcome } from './connect-owner.ts';
import { canonicalProfile } from './profile-folder.ts';
import { fingerprintProxy } from './proxy-choice.ts';
import { socketPath } from './socket-path.ts';

/** How long a profile may be owned by somebody who does not listen: one that is starting or ending. */
const CHANGE_OF_OWNER_MS = 15_000;
const RETRY_MS = 50;

export interface AttachRequest {
  readonly profile: string;
  readonly passphraseFile?: string;
  /** Everything is dialled through it; an owner that dials another way is refused. */
  readonly proxy?: string;
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
  const proxy = request.proxy === undefined ? undefined : fingerprintProxy(request.proxy);
  const deadline = performance.now() + CHANGE_OF_OWNER_MS;
  for (;;) {
    let owner: Welcome | undefined;
    const api = await connectOwner(socket, (welcome) => {
      owner = welcome;
    });
    if (api !== undefined) {
      if (proxy === undefined || proxy === owner?.proxy) return attached(api);
      api.close();
      // Another command leaves soon, and then this one dials its own way; a daemon stays.
      if (owner?.daemon !== false || performance.now() > deadline) throw otherProxy(owner);
      await pause(RETRY_MS);
      continue;
    }
    try {
      return await own({ ...request, profile }, socket);
    } catch (error) {
      const inUse = error instanceof LocalApiError && error.code === 'profile-in-use';
      if (!inUse || performance.now() > deadline) throw error;
    }
    await pause(RETRY_MS);
  }
}

function otherProxy(owner: Welcome | undefined): LocalApiError {
  const theirs = owner?.proxy === undefined ? 'without a proxy' : 'through another proxy';
  const who = owner?.daemon === false ? 'another command' : 'the daemon';
  return new LocalApiError(
    'other-proxy',
    `${who} that owns this profile dials ${theirs}; nothing was done`,
    'leave --proxy out to go its way, or end it and start `sotto daemon` with this --proxy',
  );
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
