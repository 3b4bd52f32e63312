import type { Avatars } from '../calls/profiles/avatars.ts';
import type { RelayBlobs } from './relay-blobs.ts';

/** Pictures of profiles, among the other blobs. */
export function createAvatars({ forms, store }: Pick<RelayBlobs, 'forms' | 'store'>): Avatars {
  return {
    form: (request) => forms.create(request),
    remove: async (key) => {
      // One that is being uploaded now is removed when it is there, since nobody wants it.
      await store.remove(key);
    },
  };
}
