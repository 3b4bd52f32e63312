import { setImmediate } from 'node:timers/promises';
import { LIFETIME, REMOVE_BATCH, UPLOAD_LIFETIME } from '../constants.ts';
import type { Layout } from './layout.ts';
import { listBlobs, listUploads } from './list-folder.ts';

/** What removes, and counts what it removed. Both say whether there was anything; who is writing is left alone. */
interface Remove {
  removeBlob(path: string): Promise<boolean>;
  removeUpload(key: string): Promise<boolean>;
}

/** Remove what is too old at `now`; how many that was. */
export async function expireFolder(layout: Layout, now: number, remove: Remove): Promise<number> {
  let removed = 0;
  const count = async (there: boolean): Promise<void> => {
    if (there && ++removed % REMOVE_BATCH === 0) await setImmediate();
  };
  for await (const { collection, path, writtenAt } of listBlobs(layout)) {
    const lifetime = LIFETIME.get(collection);
    if (lifetime !== undefined && writtenAt + lifetime <= now) await count(await remove.removeBlob(path));
  }
  for await (const { key, upload } of listUploads(layout)) {
    // What tells no time is what a crash has left.
    const createdAt = upload?.terms.createdAt ?? 0;
    if (createdAt + UPLOAD_LIFETIME <= now) await count(await remove.removeUpload(key));
  }
  return removed;
}
