import { describe, expect, it } from 'vitest';
import { made, node, nodesIn } from '../test/_lists.ts';
import { acceptList } from './accept-list.ts';
import { encodeSignedList } from './encode-list.ts';

/** Three signers of whom two must sign. */
const board = { signers: [1, 2, 3], threshold: 2 };
const pinned = made({ ...board, sequence: 5, nodes: nodesIn([0n, 0n]), signedBy: [1, 2] });

describe('a list at first contact', () => {
  it('counts when its own signers have signed', () => {
    expect(acceptList({ incoming: pinned })).toEqual({ outcome: 'accepted', signed: pinned });
    expect(acceptList({ incoming: encodeSignedList(pinned) })).toEqual({
      outcome: 'accepted',
      signed: pinned,
    });
  });

  it('is unproven with too few of them, or with others', () => {
    for (const signedBy of [[], [1], [1, 9], [8, 9]]) {
      expect(acceptList({ incoming: made({ ...board, signedBy }) })).toEqual({
        outcome: 'unproven',
        by: 'own-signers',
      });
    }
  });

  it('is malformed when it breaks a rule, however it came', () => {
    const bytes = encodeSignedList(pinned);
    expect(acceptList({ incoming: bytes.subarray(1) })).toMatchObject({ outcome: 'malformed' });
    const list = { ...pinned.list, threshold: 4 };
    expect(acceptList({ incoming: { ...pinned, list } })).toMatchObject({
      outcome: 'malformed',
      error: { code: 'bad-list', facts: { rule: 'threshold' } },
    });
  });
});

describe('a list after the one that is pinned', () => {
  const judge = (incoming: ReturnType<typeof made>) => acceptList({ pinned, incoming }).outcome;
  const next = { ...board, sequence: 6, nodes: nodesIn([0n, 0n, 0n]) };

  it('counts when enough of the pinned signers have signed', () => {
    expect(judge(made({ ...next, signedBy: [2, 3] }))).toBe('accepted');
    expect(judge(made({ ...next, sequence: 900, signedBy: [1, 2, 3] }))).toBe('accepted');
  });

  it('is unproven with fewer, whatever it says of its own threshold and signers', () => {
    expect(judge(made({ ...next, signedBy: [2] }))).toBe('unproven');
    expect(judge(made({ ...next, threshold: 1, signedBy: [2] }))).toBe('unproven');
    expect(judge(made({ ...next, signers: [9], threshold: 1, signedBy: [9, 1] }))).toBe('unproven');
  });

  it('may hand over to other signers when both sides have signed', () => {
    const handed = { ...next, signers: [7, 8], threshold: 2 };
    expect(judge(made({ ...handed, signedBy: [1, 3, 7, 8] }))).toBe('accepted');
    expect(acceptList({ pinned, incoming: made({ ...handed, signedBy: [1, 3, 7] }) })).toEqual({
      outcome: 'unproven',
      by: 'own-signers',
    });
    expect(acceptList({ pinned, incoming: made({ ...handed, signedBy: [7, 8] }) })).toEqual({
      outcome: 'unproven',
      by: 'pinned-signers',
    });
  });

  it('is the same with other signatures', () => {
    expect(judge(pinned)).toBe('same');
    expect(judge(made({ ...board, sequence: 5, nodes: nodesIn([0n, 0n]), signedBy: [2, 3] }))).toBe('same');
  });

  it('never replaces it by a lower one: a rollback is named', () => {
    expect(judge(made({ ...next, sequence: 4, signedBy: [1, 2, 3] }))).toBe('older');
  });

  it('of the same sequence and other content is a fork, and named', () => {
    expect(judge(made({ ...next, sequence: 5, signedBy: [1, 2] }))).toBe('forked');
    expect(judge(made({ ...next, sequence: 5, nodes: [node(1, 3n), node(2, 0n)], signedBy: [1, 2] }))).toBe(
      'forked',
    );
  });

  it('accuses nobody without proof', () => {
    expect(judge(made({ ...next, sequence: 5, signedBy: [1] }))).toBe('unproven');
    expect(judge(made({ ...next, sequence: 4, signedBy: [9] }))).toBe('unproven');
  });

  it('never takes a network into one machine, nor out of it, whoever signed', () => {
    const [inside, outside] = [nodesIn([0n]), [node(1, 0n, '5.6.7.8')]];
    const everybody = { ...board, signedBy: [1, 2, 3] };
    const onLoopback = made({ ...everybody, nodes: inside });
    const onInternet = made({ ...everybody, nodes: outside, subnets: 'distinct' });
    for (const [before, after] of [
      [onInternet, made({ ...everybody, sequence: 2, nodes: inside })],
      [onLoopback, made({ ...everybody, sequence: 2, nodes: outside, subnets: 'distinct' })],
    ] as const) {
      expect(acceptList({ incoming: after }).outcome).toBe('accepted');
      expect(acceptList({ pinned: before, incoming: after })).toMatchObject({
        outcome: 'malformed',
        error: { code: 'bad-list', facts: { rule: 'subnets-changed' } },
      });
    }
  });

  it('does not count a signature that was moved from another list', () => {
    const signed = made({ ...next, signedBy: [1, 2] });
    const other = { ...signed.list, nodes: nodesIn([1n, 0n, 0n]) };
    expect(judge({ ...signed, list: other })).toBe('unproven');
  });
});
