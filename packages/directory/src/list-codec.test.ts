import { readFileSync } from 'node:fs';
import { toHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { made, node, nodesIn, signedLists } from '../test/_lists.ts';
import { checkSignedList } from './check-list.ts';
import { decodeSignedList } from './decode-list.ts';
import { newList } from './edit-list.ts';
import { encodeSignedList } from './encode-list.ts';
import { DirectoryError, type ListRule } from './errors.ts';
import { MAX_NODES, MAX_SIGNED_LIST_BYTES } from './limits.ts';
import { formatListFile, parseListFile } from './list-file.ts';
import type { DirectoryNode, SignedList } from './types.ts';

const vector: { readonly file: unknown; readonly bytes: string } = JSON.parse(
  readFileSync(new URL('../../../vectors/directory/list.json', import.meta.url), 'utf8'),
);

/** Whatever comes in, the only error that comes out. */
function onlyDirectoryErrors(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(DirectoryError);
  }
}

describe('the binary form', () => {
  it('is the one that is written down', () => {
    const signed = parseListFile(JSON.stringify(vector.file));
    expect(toHex(encodeSignedList(signed))).toBe(vector.bytes);
  });

  it('comes back as it went', () => {
    fc.assert(
      fc.property(signedLists, (signed) => {
        expect(decodeSignedList(encodeSignedList(signed))).toEqual(signed);
      }),
      { numRuns: 60 },
    );
  });

  it('is the only one of a list', () => {
    fc.assert(
      fc.property(signedLists, fc.nat(), fc.nat(255), (signed, where, byte) => {
        const bytes = encodeSignedList(signed);
        bytes[where % bytes.length] = byte;
        onlyDirectoryErrors(() => expect(encodeSignedList(decodeSignedList(bytes))).toEqual(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('has no list in a part of it, nor in more than it', () => {
    const bytes = encodeSignedList(made({ nodes: nodesIn([0n, 1n]), signedBy: [1] }));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSignedList(bytes.subarray(0, length))).toThrow(DirectoryError);
    }
    expect(() => decodeSignedList(Uint8Array.of(...bytes, 0))).toThrow(DirectoryError);
    expect(() => decodeSignedList(new Uint8Array(MAX_SIGNED_LIST_BYTES + 1))).toThrow(DirectoryError);
  });

  it('gives one error for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        onlyDirectoryErrors(() => decodeSignedList(bytes)),
      ),
    );
  });

  it('holds as many nodes as a list may have, also as a file', () => {
    const nodes = Array.from({ length: MAX_NODES }, (_, index): DirectoryNode => {
      const key = new Uint8Array(32);
      new DataView(key.buffer).setUint32(0, index);
      return { ...node(1, 0n), ed25519: key, httpsPort: index + 1 };
    });
    const signed = made({ nodes });
    expect(decodeSignedList(encodeSignedList(signed))).toEqual(signed);
    expect(parseListFile(formatListFile(signed))).toEqual(signed);
  });
});

describe('the file', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(signedLists, (signed) => {
        expect(parseListFile(formatListFile(signed))).toEqual(signed);
      }),
      { numRuns: 40 },
    );
  });

  it('may have its nodes and signers in any order', () => {
    const signed = made({ signers: [1, 2, 3], nodes: nodesIn([0n, 1n, 2n]), signedBy: [1, 2] });
    const file = JSON.parse(formatListFile(signed));
    for (const name of ['nodes', 'signers', 'signatures']) file[name].reverse();
    expect(parseListFile(JSON.stringify(file))).toEqual(signed);
  });

  it('keeps a swarm ID as text, for JSON has no such numbers', () => {
    const text = formatListFile(made({ nodes: [node(1, 2n ** 64n - 2n)] }));
    expect(JSON.parse(text).nodes[0].swarm_id).toBe('18446744073709551614');
    expect(() => parseListFile(text.replace('18446744073709551614', '99999999999999999999'))).toThrow(
      expect.objectContaining({ code: 'bad-list', facts: { rule: 'node' } }),
    );
  });

  it('gives one error for any text, which names where', () => {
    const damaged = fc
      .tuple(fc.nat(), fc.constantFrom('null', '-1', '"x"', '[]', '{}', '1e99'))
      .map(([where, value]) => {
        const text = formatListFile(made({ nodes: nodesIn([0n]), signedBy: [1] }));
        const values = [...text.matchAll(/: ("[^"]*"|\d+)/g)];
        const at = values[where % values.length];
        return `${text.slice(0, at?.index ?? 0)}: ${value}${text.slice((at?.index ?? 0) + (at?.[0].length ?? 0))}`;
      });
    const text = fc.oneof(fc.string(), fc.json(), damaged);
    fc.assert(
      fc.property(text, (value) => onlyDirectoryErrors(() => parseListFile(value))),
      { numRuns: 200 },
    );
    expect(() => parseListFile('{"sequence":"one"}')).toThrow(
      expect.objectContaining({ code: 'bad-json', facts: { field: 'sequence' } }),
    );
  });
});

describe('the rules of a list', () => {
  const good = made({ signers: [1, 2], nodes: nodesIn([0n, 1n]), signedBy: [1, 2] });
  const [first, second] = good.list.nodes as [DirectoryNode, DirectoryNode];

  const broken: readonly (readonly [ListRule, Partial<SignedList['list']>])[] = [
    ['numbers', { sequence: 0 }],
    ['numbers', { sequence: 1.5 }],
    ['numbers', { issuedAt: -1 }],
    ['threshold', { signers: [] }],
    ['signers', { signers: [new Uint8Array(31)] }],
    ['signers', { signers: [first.ed25519, first.ed25519] }],
    ['signers', { signers: Array.from({ length: 17 }, (_, index) => new Uint8Array(32).fill(index)) }],
    ['threshold', { threshold: 0 }],
    ['threshold', { threshold: 3 }],
    ['too-many-nodes', { nodes: Array.from({ length: MAX_NODES + 1 }, () => first) }],
    ['node', { nodes: [{ ...first, x25519: new Uint8Array(33) }] }],
    ['node', { nodes: [{ ...first, httpsPort: 0 }] }],
    ['node', { nodes: [{ ...first, omqPort: 65_536 }] }],
    ['node', { nodes: [{ ...first, swarm: 2n ** 64n - 1n }] }],
    ['node', { nodes: [{ ...first, swarm: -1n }] }],
    ['node-twice', { nodes: [first, { ...first, ip: '127.0.0.9' }] }],
    ['node-twice', { nodes: [first, { ...second, ip: first.ip }] }],
    ['order', { nodes: [second, first] }],
    ['address', { nodes: [{ ...first, ip: '127.0.0.01' }] }],
    ['address', { nodes: [{ ...first, ip: 'localhost' }] }],
    ['not-loopback', { nodes: [{ ...first, ip: '5.6.7.8' }] }],
    ['not-loopback', { nodes: [first, { ...second, ip: '10.0.0.1' }] }],
    ['not-public', { subnets: 'distinct' }],
  ];

  it.each(broken)('refuse it: %s (%#)', (rule, change) => {
    const signed = { ...good, list: { ...good.list, ...change } };
    expect(() => checkSignedList(signed)).toThrow(
      expect.objectContaining({ name: 'DirectoryError', code: 'bad-list', facts: { rule } }),
    );
    expect(() => encodeSignedList(signed)).toThrow(DirectoryError);
  });

  it('bind the signatures too', () => {
    const [signature] = good.signatures as [SignedList['signatures'][number]];
    for (const signatures of [
      [signature, signature],
      [{ ...signature, signature: new Uint8Array(63) }],
      Array.from({ length: 33 }, (_, index) => ({ ...signature, signer: new Uint8Array(32).fill(index) })),
    ]) {
      expect(() => checkSignedList({ ...good, signatures })).toThrow(
        expect.objectContaining({ facts: { rule: 'signatures' } }),
      );
    }
  });

  it.each(['10.1.2.3', '192.168.0.1', '169.254.1.1', '100.64.0.1', '0.0.0.0', '127.0.0.1', '224.0.0.1'])(
    'keep %s out of a list whose subnets count',
    (ip) => {
      const request = { signers: good.list.signers, threshold: 1, now: 0, nodes: [{ ...first, ip }] };
      expect(() => newList({ ...request, subnets: 'distinct' })).toThrow(
        expect.objectContaining({ facts: { rule: 'not-public' } }),
      );
    },
  );
});
