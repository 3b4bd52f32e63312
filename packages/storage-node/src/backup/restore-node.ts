import { toHex } from '@sotto/bytes';
import { type ExpectedBackup, restoreFolder } from '@sotto/operation';
import { readCertificate } from '../data/certificate.ts';
import { requireNode } from '../data/node-keys.ts';

const NODE_BACKUP: ExpectedBackup = {
  of: 'a storage node',
  needs: () => ['node.json', 'certificate.pem', 'certificate-key.pem'],
};

export interface RestoredNode {
  /** Milliseconds. */
  readonly madeAt: number;
  /** Ed25519, hex. */
  readonly key: string;
}

/**
 * Make a node's data folder from a backup, whole or not at all, and never over another one. The node comes back with its
 * key and without messages. Rejects with OperationError `no-backup`, `damaged-backup` or `bad-data-folder`, or
 * StorageNodeError `damaged-data`.
 */
export async function restoreNode(request: {
  readonly from: string;
  /** A folder that does not exist yet, or an empty one. */
  readonly data: string;
}): Promise<RestoredNode> {
  let key = '';
  const { madeAt } = await restoreFolder({
    ...request,
    expected: NODE_BACKUP,
    finish: async (made) => {
      key = toHex(requireNode(made).keys.ed25519);
      readCertificate(made);
    },
  });
  return { madeAt, key };
}
