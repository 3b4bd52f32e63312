import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { collectionOf } from '../blob-key.ts';

/**
 * What lies where in a folder: `blobs/<collection>/<name>` is a finished blob, `uploads/<key>/<terms>@<offset>` the one
 * file of an upload. A `~` stands for each `/` of a key, so that no key makes folders.
 */
export class Layout {
  readonly blobs: string;
  readonly uploads: string;
  readonly #made = new Set<string>();

  constructor(folder: string) {
    this.blobs = join(folder, 'blobs');
    this.uploads = join(folder, 'uploads');
  }

  collection(name: string): string {
    return join(this.blobs, name);
  }

  /** Let there be a folder for a collection, durably. Asked once for each, as another process may have died before its sync. */
  async makeCollection(name: string): Promise<string> {
    const path = this.collection(name);
    if (this.#made.has(name)) return path;
    await mkdir(path, { recursive: true, mode: 0o700 });
    await syncNames(this.blobs);
    this.#made.add(name);
    return path;
  }

  blob(key: string): string {
    const collection = collectionOf(key);
    return join(this.blobs, collection, flatten(key.slice(collection.length + 1)));
  }

  upload(key: string): string {
    return join(this.uploads, flatten(key));
  }

  /** The key whose upload has a folder of this name. */
  keyOf(name: string): string {
    return name.replaceAll('~', '/');
  }
}

/** Whether a program of ours has made what has this name in the folder itself; `owner.lock` is of whoever opens it. */
export function isOurs(name: string): boolean {
  return name === 'blobs' || name === 'uploads' || /^owner\.lock(-\w+)?$/.test(name);
}

function flatten(key: string): string {
  return key.replaceAll('/', '~');
}

/** Wait until the names in a folder are on disk (fsync(2)). Windows cannot open one and does not need to. */
export async function syncNames(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
}
