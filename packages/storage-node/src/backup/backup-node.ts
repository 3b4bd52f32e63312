import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BackedUpFile, BackupWriter } from '@sotto/operation';
import { readCertificate } from '../data/certificate.ts';
import { OWN_FILES } from '../data/data-folder.ts';
import { requireNode } from '../data/node-keys.ts';

export interface NodeBackupRequest {
  readonly data: string;
  /** A folder that does not exist yet, or an empty one. */
  readonly to: string;
  readonly now?: () => number;
  /** Told of each file that is done. */
  readonly progress?: (file: BackedUpFile) => void;
}

/**
 * Copy what makes a node this node, running or not: keys, address, certificate, and whose directory it trusts. What it keeps
 * for others is left out: it is old by the time it is restored, and the other members of the swarm have it.
 * Rejects with StorageNodeError `no-node` or `damaged-data`, or OperationError `bad-backup-folder`.
 */
export async function backupNode(
  request: NodeBackupRequest,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const { data, to, now = Date.now, progress } = request;
  // A backup of what cannot be read would be found out when it is needed.
  requireNode(data);
  readCertificate(data);
  const backup = new BackupWriter(to, progress);
  for (const name of OWN_FILES) if (existsSync(join(data, name))) await backup.copy(data, name);
  return backup.finish(now());
}
