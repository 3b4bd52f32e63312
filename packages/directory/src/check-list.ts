import type { Bytes } from '@sotto/bytes';
import { kindOfAddress } from './address.ts';
import { compareBytes } from './compare-bytes.ts';
import { DirectoryError, type ListRule } from './errors.ts';
import { MAX_NODES, MAX_SIGNATURES, MAX_SIGNERS, NO_SWARM } from './limits.ts';
import type { DirectoryNode, ListSignature, NodeList, SignedList, SubnetRule } from './types.ts';

/** Hold a list to its rules, in the order of `ListRule`. Throws DirectoryError `bad-list`. */
export function checkList(list: NodeList): void {
  const { sequence, issuedAt, threshold, signers, nodes } = list;
  if (!Number.isSafeInteger(sequence) || sequence < 1)
    broken('numbers', 'its sequence is not a number from 1');
  if (!Number.isSafeInteger(issuedAt) || issuedAt < 0) broken('numbers', 'its time is not in milliseconds');
  if (signers.length > MAX_SIGNERS) {
    broken('signers', `it has ${signers.length} signers, and at most ${MAX_SIGNERS} may be`);
  }
  if (signers.some((key) => key.length !== 32)) broken('signers', 'a signer is not a key of 32 bytes');
  requireAscending(signers, 'signers', 'a signer stands there twice');
  // Without signers it is what somebody has seen: see seen-list.ts.
  const fewest = signers.length === 0 ? 0 : 1;
  if (!Number.isInteger(threshold) || threshold < fewest || threshold > signers.length) {
    broken('threshold', 'its threshold is not between 1 and the number of its signers');
  }
  if (nodes.length > MAX_NODES) broken('too-many-nodes', `it has more than ${MAX_NODES} nodes`);
  for (const node of nodes) checkNode(node, list.subnets);
  requireAscending(
    nodes.map((node) => node.ed25519),
    'node-twice',
    'two nodes have the same key',
  );
  if (new Set(nodes.map(({ ip, httpsPort }) => `${ip}:${httpsPort}`)).size < nodes.length) {
    broken('node-twice', 'two nodes have the same address and port');
  }
}

/** The same, and the form of its signatures; whether they are right is another question. */
export function checkSignedList({ list, signatures }: SignedList): void {
  checkList(list);
  if (signatures.length > MAX_SIGNATURES || (list.signers.length === 0 && signatures.length > 0)) {
    broken('signatures', `it has more than ${MAX_SIGNATURES} signatures, or some and no signers`);
  }
  if (signatures.some(hasWrongLength)) broken('signatures', 'a signature or its key has a wrong length');
  requireAscending(
    signatures.map(({ signer }) => signer),
    'signatures',
    'somebody has signed it twice',
  );
}

function hasWrongLength({ signer, signature }: ListSignature): boolean {
  return signer.length !== 32 || signature.length !== 64;
}

function checkNode(
  { ip, httpsPort, omqPort, ed25519, x25519, swarm }: DirectoryNode,
  rule: SubnetRule,
): void {
  if (ed25519.length !== 32 || x25519.length !== 32) broken('node', 'a key of a node is not 32 bytes');
  if (!isPort(httpsPort) || httpsPort === 0) broken('node', 'a node has no HTTPS port');
  if (!isPort(omqPort)) broken('node', 'a node has an OMQ port that is none');
  if (swarm < 0n || swarm >= NO_SWARM) broken('node', 'a node has a swarm ID that is none');
  const kind = kindOfAddress(ip);
  if (kind === undefined) broken('address', 'the address of a node is not IPv4 in dotted decimal');
  if (rule === 'ignore' && kind !== 'loopback') {
    broken('not-loopback', 'subnets may be ignored only where every address is loopback');
  }
  if (rule === 'distinct' && kind !== 'public') {
    broken('not-public', 'the address of a node cannot be reached from the internet');
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

function requireAscending(keys: readonly Bytes[], twice: ListRule, words: string): void {
  for (let index = 1; index < keys.length; index++) {
    const order = compareBytes(keys[index - 1] as Bytes, keys[index] as Bytes);
    if (order === 0) broken(twice, words);
    if (order > 0) broken('order', 'its signers, nodes or signatures are not in ascending order');
  }
}

function broken(rule: ListRule, why: string): never {
  throw new DirectoryError('bad-list', `this list of nodes cannot be used: ${why}`, { rule });
}
