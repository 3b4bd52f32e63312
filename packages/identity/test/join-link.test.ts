import { asBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveAccount,
  formatContactLink,
  formatJoinLink,
  IdentityError,
  parseJoinLink,
  parseWho,
  seedFromBytes,
} from '../src/index.ts';

const { account } = deriveAccount(seedFromBytes(new Uint8Array(32).fill(1)));
const directory = asBytes(new Uint8Array(32).fill(7));
const nodes = [
  { ip: '198.51.100.7', port: 22021 },
  { ip: '127.0.0.1', port: 1 },
];
const LINK = { account, name: 'Änn & Co', directory, threshold: 2, nodes };

describe('a link to join', () => {
  it('comes back from its own text, and says whom to write to', () => {
    const text = formatJoinLink(LINK);
    expect(parseJoinLink(` ${text}\n`)).toEqual(LINK);
    expect(parseWho(text)).toEqual({ account, name: 'Änn & Co' });
    const { name: _, ...nameless } = LINK;
    expect(parseJoinLink(formatJoinLink(nameless))).toEqual(nameless);
    expect(text.length).toBeLessThan(300);
  });

  it('notices each changed character', () => {
    const text = formatJoinLink(LINK);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'a', 'Z', '.', ','), (at, sign) => {
        fc.pre(text[at]?.toLowerCase() !== sign.toLowerCase());
        const changed = text.slice(0, at) + sign + text.slice(at + 1);
        expect(() => parseJoinLink(changed)).toThrow(IdentityError);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused without an account, nodes or signers, and where it is another link', () => {
    for (const change of [
      { nodes: [] },
      { nodes: Array.from({ length: 7 }, () => nodes[0] as (typeof nodes)[0]) },
      { nodes: [{ ip: '300.1.1.1', port: 5 }] },
      { nodes: [{ ip: '1.2.3.4', port: 0 }] },
      { threshold: 0 },
      { directory: directory.slice(1) },
    ]) {
      expect(() => formatJoinLink({ ...LINK, ...change })).toThrow(
        expect.objectContaining({ code: 'bad-link' }),
      );
    }
    expect(() => formatJoinLink({ ...LINK, name: '\u202e' })).toThrow(
      expect.objectContaining({ code: 'bad-name' }),
    );
    expect(() => parseJoinLink(formatContactLink({ account }))).toThrow(
      expect.objectContaining({ code: 'bad-link' }),
    );
    expect(() => parseJoinLink(formatJoinLink(LINK).slice(0, -9))).toThrow(
      expect.objectContaining({ code: 'bad-checksum' }),
    );
  });
});
