import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bytes, fromHex, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { replaceFile, syncWayTo } from '@sotto/files';
import { StorageNodeError } from '../errors.ts';

const FILE = 'vote-key';

/**
 * The secp256k1 secret with which a node votes and pays for what it sends to the chain: 32 bytes, drawn when there
 * is none yet. Another key than the node's own, which signs for clients. Throws StorageNodeError `damaged-data`.
 */
export function obtainVoteKey(folder: string): Bytes {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new StorageNodeError('damaged-data', `${FILE} cannot be read`, { cause: error });
    }
    const key = randomBytes(32);
    replaceFile(path, `${toHex(key)}\n`);
    syncWayTo(folder);
    return key;
  }
  if (/^[0-9a-f]{64}\s*$/.test(text)) return fromHex(text.trim());
  throw new StorageNodeError('damaged-data', `${FILE} is damaged; restore it from a backup`);
}
