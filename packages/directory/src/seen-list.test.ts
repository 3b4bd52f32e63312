import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyPair, made, nodesIn } from '../test/_lists.ts';
import { acceptList } from './accept-list.ts';
import { decodeSignedList } from './decode-list.ts';
import { encodeSignedList } from './encode-list.ts';
import { formatListFile, parseListFile } from './list-file.ts';
import { agreeOnNodes, isSeen, type Named, seenList } from './seen-list.ts';
import { signList } from './sign-list.ts';

const twelve = nodesIn(Array.from({ length: 12 }, (_, index) => BigInt(index % 3)));
const NOW = 1_700_000_000_000;

function without(...places: readonly number[]): Named {
  return twelve.filter((_, place) => !places.includes(place));
}

describe('those who were asked', () => {
  it('agree on what all three name', () => {
    const agreed = agreeOnNodes([without(0), without(1), without(2)], { nodes: twelve });
    expect(agreed).toEqual({ outcome: 'agreed', nodes: without(0, 1, 2) });
  });

  it('add nobody that one of three has made up, nor move anybody', () => {
    const made = nodesIn(Array.from({ length: 15 }, () => 0n)).slice(12);
    const moved = twelve.map((each) => ({ ...each, swarm: 5n }));
    expect(agreeOnNodes([twelve, twelve, [...twelve, ...made]], { nodes: twelve })).toEqual({
      outcome: 'agreed',
      nodes: twelve,
    });
    expect(agreeOnNodes([twelve, twelve, moved], { nodes: twelve })).toEqual({ outcome: 'disagreed' });
  });

  it('disagree when one of three names far fewer, or far more', () => {
    expect(agreeOnNodes([twelve, twelve, twelve.slice(0, 7)])).toEqual({ outcome: 'disagreed' });
    expect(agreeOnNodes([twelve.slice(0, 7), twelve.slice(0, 7), twelve])).toEqual({ outcome: 'disagreed' });
    expect(agreeOnNodes([twelve, twelve, []])).toEqual({ outcome: 'disagreed' });
    expect(agreeOnNodes([])).toEqual({ outcome: 'disagreed' });
    expect(agreeOnNodes([[], [], []])).toEqual({ outcome: 'disagreed' });
  });

  it('are too few when they are three and name something far from what is known', () => {
    const others = nodesIn(Array.from({ length: 24 }, () => 0n)).slice(12);
    expect(agreeOnNodes([others, others, others], { nodes: twelve })).toMatchObject({ outcome: 'far' });
    const grown = [...twelve, ...others.slice(0, 5)];
    expect(agreeOnNodes([grown, grown, grown], { nodes: twelve })).toMatchObject({ outcome: 'far' });
    const nine = Array.from({ length: 9 }, () => others);
    expect(agreeOnNodes(nine, { nodes: twelve })).toEqual({ outcome: 'agreed', nodes: others });
  });

  it('change no more than they may, were they nine', () => {
    const half = { of: 1, outOf: 2 };
    const others = nodesIn(Array.from({ length: 24 }, () => 0n)).slice(12);
    const outcome = (nodes: Named) => {
      const nine = Array.from({ length: 9 }, () => nodes);
      return agreeOnNodes(nine, { nodes: twelve }, half).outcome;
    };
    expect(outcome(others)).toBe('far');
    expect(outcome([...twelve.slice(0, 6), ...others.slice(0, 6)])).toBe('agreed');
    expect(outcome([...twelve.slice(0, 5), ...others.slice(0, 7)])).toBe('far');
    expect(outcome(twelve.slice(0, 6))).toBe('agreed');
    expect(outcome(twelve.slice(0, 5))).toBe('far');
  });

  it('need seven of nine', () => {
    const others = nodesIn(Array.from({ length: 24 }, () => 0n)).slice(12);
    const nine = (liars: number) => Array.from({ length: 9 }, (_, at) => (at < liars ? others : twelve));
    expect(agreeOnNodes(nine(2))).toEqual({ outcome: 'agreed', nodes: twelve });
    expect(agreeOnNodes(nine(3))).toEqual({ outcome: 'disagreed' });
  });

  it('never make two nodes of one key or one address, whatever they say', () => {
    const claims = fc.uniqueArray(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(2)), {
      selector: ([key]) => key,
      maxLength: 6,
    });
    const said = claims.map((all) => {
      const places = new Set<string>();
      return all.flatMap(([key, place, swarm]): Named => {
        const ip = `127.1.${place}.1`;
        if (places.has(ip)) return [];
        places.add(ip);
        return [{ ...(twelve[key] as Named[number]), ip, swarm: BigInt(swarm) }];
      });
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 9 }), (named) => {
        const agreed = agreeOnNodes(named);
        if (agreed.outcome === 'disagreed') return;
        // The rules of a list are those.
        seenList({ nodes: agreed.nodes, subnets: 'ignore', now: NOW });
      }),
    );
  });
});

describe('a list that nobody signs', () => {
  const seen = seenList({ nodes: twelve, subnets: 'ignore', now: NOW });

  it('says so, and goes through bytes and file', () => {
    expect(isSeen(seen.list)).toBe(true);
    expect(isSeen(made({}).list)).toBe(false);
    expect(decodeSignedList(encodeSignedList(seen))).toEqual(seen);
    expect(parseListFile(formatListFile(seen))).toEqual(seen);
  });

  it('takes no signature', () => {
    const signature = { signer: new Uint8Array(32), signature: new Uint8Array(64) };
    expect(acceptList({ incoming: { ...seen, signatures: [signature] } })).toMatchObject({
      outcome: 'malformed',
      error: { facts: { rule: 'signatures' } },
    });
    const { secretKey } = keyPair(1);
    expect(() => encodeSignedList(signList(seen, secretKey))).toThrow('some and no signers');
  });

  it('counts at first contact as much as whoever gave it', () => {
    expect(acceptList({ incoming: seen })).toEqual({ outcome: 'accepted', signed: seen });
  });

  it('never takes the place of one that is signed, whoever gives it', () => {
    const pinned = made({ nodes: twelve, signedBy: [1] });
    expect(acceptList({ pinned, incoming: seen })).toMatchObject({ outcome: 'unproven' });
    expect(acceptList({ pinned, incoming: seen, byOwner: true })).toMatchObject({ outcome: 'unproven' });
  });

  it('is followed by no list from the network, signed or not', () => {
    const later = seenList({ nodes: without(0), subnets: 'ignore', now: NOW + 1, before: seen.list });
    const signed = made({ nodes: twelve, signedBy: [1], sequence: NOW + 9 });
    for (const incoming of [later, signed]) {
      expect(acceptList({ pinned: seen, incoming })).toEqual({ outcome: 'unproven', by: 'pinned-signers' });
    }
    expect(acceptList({ pinned: seen, incoming: seen })).toEqual({ outcome: 'same' });
  });

  it('is followed by what its owner gives: a later one, or a signed one', () => {
    const later = seenList({ nodes: without(0), subnets: 'ignore', now: NOW + 1 });
    const judge = (pinned: typeof seen, incoming: typeof seen) =>
      acceptList({ pinned, incoming, byOwner: true }).outcome;
    expect(judge(seen, later)).toBe('accepted');
    expect(judge(later, seen)).toBe('older');
    expect(judge(seen, made({ nodes: twelve, signedBy: [1] }))).toBe('accepted');
    expect(judge(seen, made({ nodes: twelve }))).toBe('unproven');
    expect(judge(seen, made({ nodes: [], subnets: 'distinct', signedBy: [1] }))).toBe('malformed');
  });

  it('is higher than the one before although a clock went back', () => {
    const next = seenList({ nodes: twelve, subnets: 'ignore', now: NOW - 5000, before: seen.list });
    expect(next.list.sequence).toBe(NOW + 1);
  });
});
