import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevnetError } from './errors.ts';

/** Unix socket paths end at 104 bytes on some systems (sockaddr_un). */
const MAX_PATH_BYTES = 103;

/**
 * Where the supervisor of a folder listens: a name that is a hash of the folder's real path, since the path
 * itself may be too long, in a folder of this user alone.
 */
export function controlPath(dir: string): string {
  const hash = createHash('sha256').update(`sotto devnet ${dir}`).digest('hex').slice(0, 32);
  const uid = process.getuid?.() ?? 0;
  const folders = [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'].filter((base) => base?.startsWith('/'));
  for (const base of folders) {
    const folder = join(String(base), `sotto-${uid}`);
    const path = join(folder, `${hash}.sock`);
    if (Buffer.byteLength(path) <= MAX_PATH_BYTES && isOwnFolder(folder, uid)) return path;
  }
  throw new DevnetError(
    'bad-folder',
    'there is no place for a socket',
    'set XDG_RUNTIME_DIR to a folder of your own',
  );
}

function isOwnFolder(folder: string, uid: number): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { mode, uid: owner } = lstatSync(folder);
    return owner === uid && (mode & 0o777) === 0o700;
  } catch {
    return false;
  }
}
