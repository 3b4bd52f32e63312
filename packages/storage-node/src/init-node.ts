import { describeNode } from '@sotto/directory';
import { createCertificate } from './data/certificate.ts';
import { prepareDataFolder } from './data/data-folder.ts';
import { type NodeAddress, writeNode } from './data/node-keys.ts';

/** What the keeper of a directory needs to list a node: the content of NODE.json. */
export type NodeFile = ReturnType<typeof describeNode>;

/**
 * Make a node in a data folder: key and certificate. Run again, it keeps both and takes the new address.
 * Rejects with StorageNodeError `bad-address`, `bad-data-folder` or `damaged-data`.
 */
export async function initNode(request: NodeAddress & { readonly data: string }): Promise<NodeFile> {
  const { data, ip, httpsPort, omqPort } = request;
  prepareDataFolder(data);
  const { ed25519, x25519 } = writeNode(data, { ip, httpsPort, omqPort });
  await createCertificate(data);
  return describeNode({ ip, httpsPort, omqPort, ed25519, x25519 });
}
