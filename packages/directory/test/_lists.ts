import type { Bytes } from '@sotto/bytes';
import { ed25519KeyPair, ed25519PublicToX25519 } from '@sotto/crypto';
import fc from 'fast-check';
import { type DirectoryNode, newList, type SignedList, type SubnetRule, signList } from '../src/index.ts';

/** An Ed25519 pair that is the same in every run. */
export function keyPair(number: number): ReturnType<typeof ed25519KeyPair> {
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, number);
  return ed25519KeyPair(seed);
}

/** Node `number` of a devnet, in a swarm. */
export function node(number: number, swarm: bigint, ip = `127.7.${number}.1`): DirectoryNode {
  const ed25519 = keyPair(1000 + number).publicKey;
  const x25519 = ed25519PublicToX25519(ed25519);
  if (x25519 === undefined) throw new Error('not a key');
  return { ip, httpsPort: 22_021, omqPort: 0, ed25519, x25519, swarm };
}

export function nodesIn(swarms: readonly bigint[]): readonly DirectoryNode[] {
  return swarms.map((swarm, index) => node(index + 1, swarm));
}

export interface Made {
  readonly signers?: readonly number[];
  readonly threshold?: number;
  readonly sequence?: number;
  readonly nodes?: readonly DirectoryNode[];
  readonly signedBy?: readonly number[];
  readonly subnets?: SubnetRule;
}

/** A list, of loopback nodes if nothing else is said, whose signers have numbers. */
export function made({
  signers = [1],
  threshold = 1,
  sequence = 1,
  nodes = [],
  signedBy = [],
  subnets = 'ignore',
}: Made): SignedList {
  const first = newList({
    signers: signers.map((number) => keyPair(number).publicKey),
    threshold,
    subnets,
    now: 1_700_000_000_000,
    nodes,
  });
  const list: SignedList = { list: { ...first.list, sequence }, signatures: [] };
  return signedBy.reduce((signed, number) => signList(signed, keyPair(number).secretKey), list);
}

const keyBytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Bytes => new Uint8Array(bytes));
const octet = fc.nat(255);

function address(subnets: SubnetRule): fc.Arbitrary<string> {
  const rest = fc.tuple(octet, octet, octet).map((parts) => parts.join('.'));
  return subnets === 'ignore' ? rest.map((tail) => `127.${tail}`) : rest.map((tail) => `5.${tail}`);
}

/** Any list that keeps the rules, with signatures that nobody made. */
export const signedLists: fc.Arbitrary<SignedList> = fc
  .constantFrom<SubnetRule>('distinct', 'ignore')
  .chain((subnets) =>
    fc.record({
      subnets: fc.constant(subnets),
      signers: fc.uniqueArray(keyBytes, { minLength: 1, maxLength: 16, selector: String }),
      threshold: fc.integer({ min: 1, max: 16 }),
      sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      issuedAt: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      nodes: fc.uniqueArray(
        fc.record({
          ip: address(subnets),
          httpsPort: fc.integer({ min: 1, max: 65_535 }),
          omqPort: fc.nat(65_535),
          ed25519: keyBytes,
          x25519: keyBytes,
          swarm: fc.bigInt({ min: 0n, max: 2n ** 64n - 2n }),
        }),
        { maxLength: 12, selector: ({ ip }) => ip },
      ),
      signatures: fc.uniqueArray(
        fc.record({
          signer: keyBytes,
          signature: fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => new Uint8Array(bytes)),
        }),
        { maxLength: 4, selector: ({ signer }) => String(signer) },
      ),
    }),
  )
  .map(({ sequence, issuedAt, signatures, threshold, ...rest }) => {
    const base = { ...rest, threshold: Math.min(threshold, rest.signers.length), now: issuedAt };
    const { list } = newList(base);
    const ascending = signatures.toSorted((left, right) => (hex(left.signer) < hex(right.signer) ? -1 : 1));
    return { list: { ...list, sequence }, signatures: ascending };
  });

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
