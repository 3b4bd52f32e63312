import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalApiError } from '@sotto/local-api';

/** Unix socket paths end at 104 bytes on some systems (sockaddr_un). */
const MAX_PATH_BYTES = 103;

/**
 * Where the owner of a profile listens: a name that is a hash of the profile's path, in a folder of this
 * user alone. The folder, not the name, is what keeps others out, so it is refused when it is not ours.
 */
export function socketPath(profile: string): string {
  const name = `${createHash('sha256').update(`sotto profile ${profile}`).digest('hex').slice(0, 32)}.sock`;
  const uid = process.getuid?.() ?? 0;
  for (const base of baseFolders()) {
    const folder = join(base, `sotto-${uid}`);
    const path = join(folder, name);
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) continue;
    ensureOwnFolder(folder, uid);
    return path;
  }
  throw new LocalApiError(
    'bad-profile',
    'the temp folder has too long a path for a socket',
    'set XDG_RUNTIME_DIR',
  );
}

function baseFolders(): readonly string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const usable = runtime?.startsWith('/') && isFolder(runtime) ? [runtime] : [];
  return [...usable, tmpdir(), '/tmp'];
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function ensureOwnFolder(folder: string, uid: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const facts = lstatSync(folder);
  const private_ = process.platform === 'win32' || ((facts.mode & 0o077) === 0 && facts.uid === uid);
  if (!facts.isDirectory() || !private_) {
    throw new LocalApiError(
      'bad-profile',
      'the folder for the socket belongs to somebody else or is open to others',
      'set XDG_RUNTIME_DIR to a folder of your own',
    );
  }
}
