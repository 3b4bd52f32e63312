import { describe, expect, it } from 'vitest';
import { keyPair, made, nodesIn } from '../test/_lists.ts';
import { newList, withNodes } from './edit-list.ts';
import { signList } from './sign-list.ts';
import { countSignatures, verifyList } from './verify-list.ts';

describe('an edit of a list', () => {
  const signed = made({ sequence: 7, nodes: nodesIn([0n]), signedBy: [1] });

  it('counts on and drops the signatures', () => {
    const now = signed.list.issuedAt + 5;
    const next = withNodes(signed, nodesIn([0n, 1n, 2n]), now);
    expect(next.list).toMatchObject({ sequence: 8, issuedAt: now, threshold: 1 });
    expect(next.signatures).toEqual([]);
    expect(next.list.nodes).toHaveLength(3);
  });

  it('does not go back in time with a clock', () => {
    expect(withNodes(signed, [], 3).list.issuedAt).toBe(signed.list.issuedAt);
  });
});

describe('a signature of a list', () => {
  const alone = newList({ signers: [keyPair(1).publicKey], threshold: 1, subnets: 'ignore', now: 1 });

  it('is counted once for each signer, and not for others', () => {
    const twice = signList(signList(alone, keyPair(1).secretKey), keyPair(1).secretKey);
    expect(twice.signatures).toHaveLength(1);
    expect(countSignatures(signList(twice, keyPair(2).secretKey), alone.list)).toBe(1);
    expect(verifyList(twice)).toBe(true);
    expect(verifyList(signList(alone, keyPair(2).secretKey))).toBe(false);
  });

  it('is refused for a key of another length', () => {
    expect(() => signList(alone, new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'bad-key' }));
  });
});
