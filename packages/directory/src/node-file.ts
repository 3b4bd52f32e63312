import { equalBytes, fromHex, toHex } from '@sotto/bytes';
import { ed25519PublicToX25519 } from '@sotto/crypto';
import { z } from 'zod';
import { kindOfAddress } from './address.ts';
import { DirectoryError } from './errors.ts';
import { parseJsonText } from './parse-json-text.ts';
import type { DirectoryNode } from './types.ts';

/** What a node says of itself; the swarm is for the signers to say. */
export type NodeDescription = Omit<DirectoryNode, 'swarm'>;

const key = z.string().regex(/^[0-9a-fA-F]{64}$/);
const port = z.int().min(0).max(65_535);

export const nodeSchema = z.object({
  ip: z.string().refine((text) => kindOfAddress(text) !== undefined),
  https_port: port.min(1),
  omq_port: port,
  pubkey_ed25519: key,
  pubkey_x25519: key,
});

/** The JSON of a node with the names that Session's network uses, as one object to print. */
export function describeNode(node: NodeDescription): z.infer<typeof nodeSchema> {
  return {
    ip: node.ip,
    https_port: node.httpsPort,
    omq_port: node.omqPort,
    pubkey_ed25519: toHex(node.ed25519),
    pubkey_x25519: toHex(node.x25519),
  };
}

/**
 * Read NODE.json as `sotto node init` prints it. Throws DirectoryError `bad-json`, also when the X25519 key
 * is not the form of the Ed25519 key that it must be: nobody could open what is sent to such a node.
 */
export function parseNodeFile(text: string): NodeDescription {
  const node = toNode(parseJsonText(text, nodeSchema, 'a description of a node'));
  const x25519 = ed25519PublicToX25519(node.ed25519);
  if (x25519 === undefined || !equalBytes(x25519, node.x25519)) {
    throw new DirectoryError(
      'bad-json',
      'this is not a description of a node: its two keys are not of one pair',
      {
        field: 'pubkey_x25519',
      },
    );
  }
  return node;
}

export function toNode(node: z.infer<typeof nodeSchema>): NodeDescription {
  return {
    ip: node.ip,
    httpsPort: node.https_port,
    omqPort: node.omq_port,
    ed25519: fromHex(node.pubkey_ed25519),
    x25519: fromHex(node.pubkey_x25519),
  };
}
