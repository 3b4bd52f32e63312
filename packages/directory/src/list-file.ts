import { fromHex, toHex } from '@sotto/bytes';
import { z } from 'zod';
import { checkSignedList } from './check-list.ts';
import { compareBytes } from './compare-bytes.ts';
import { NO_SWARM } from './limits.ts';
import { describeNode, nodeSchema, toNode } from './node-file.ts';
import { parseJsonText } from './parse-json-text.ts';
import type { SignedList } from './types.ts';

const count = z.int().min(0);
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`));

/** 64 bits do not fit a JSON number, so a swarm ID is a decimal text. */
const swarmId = z.string().regex(/^(0|[1-9]\d{0,19})$/);

const listSchema = z.object({
  sequence: count,
  issued_at: count,
  threshold: count,
  signers: z.array(hex(32)),
  subnets: z.enum(['distinct', 'ignore']),
  nodes: z.array(nodeSchema.extend({ swarm_id: swarmId })),
  signatures: z.array(z.object({ signer: hex(32), signature: hex(64) })),
});

/** The JSON of a signed list, as one object to print. */
export function describeList({ list, signatures }: SignedList): z.infer<typeof listSchema> {
  return {
    sequence: list.sequence,
    issued_at: list.issuedAt,
    threshold: list.threshold,
    signers: list.signers.map(toHex),
    subnets: list.subnets,
    nodes: list.nodes.map((node) => ({ ...describeNode(node), swarm_id: String(node.swarm) })),
    signatures: signatures.map(({ signer, signature }) => ({
      signer: toHex(signer),
      signature: toHex(signature),
    })),
  };
}

/** The file that people keep and look at: JSON, two spaces, a line end. */
export function formatListFile(signed: SignedList): string {
  return `${JSON.stringify(describeList(signed), null, 2)}\n`;
}

/**
 * Read such a file. What is signed is the binary form, so signers and nodes may stand in any order here.
 * Its signatures are not looked at. Throws DirectoryError `bad-json` or `bad-list`.
 */
export function parseListFile(text: string): SignedList {
  const file = parseJsonText(text, listSchema, 'a list of nodes');
  const nodes = file.nodes.map((node) => ({ ...toNode(node), swarm: toSwarm(node.swarm_id) }));
  const signatures = file.signatures.map(({ signer, signature }) => ({
    signer: fromHex(signer),
    signature: fromHex(signature),
  }));
  const signed: SignedList = {
    list: {
      sequence: file.sequence,
      issuedAt: file.issued_at,
      threshold: file.threshold,
      signers: file.signers.map(fromHex).toSorted(compareBytes),
      subnets: file.subnets,
      nodes: nodes.toSorted((left, right) => compareBytes(left.ed25519, right.ed25519)),
    },
    signatures: signatures.toSorted((left, right) => compareBytes(left.signer, right.signer)),
  };
  checkSignedList(signed);
  return signed;
}

/** Twenty digits can say more than 64 bits hold; what is too large is no swarm, which the rules refuse. */
function toSwarm(text: string): bigint {
  const id = BigInt(text);
  return id > NO_SWARM ? NO_SWARM : id;
}
