import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node } from '../test/_lists.ts';
import { DirectoryError } from './errors.ts';
import { describeNode, parseNodeFile } from './node-file.ts';

const { swarm: _, ...described } = node(1, 0n);

describe('the description of a node', () => {
  it('comes back as it went', () => {
    expect(parseNodeFile(JSON.stringify(describeNode(described)))).toEqual(described);
  });

  it('is refused with keys that are no pair', () => {
    const { x25519 } = node(2, 0n);
    expect(() => parseNodeFile(JSON.stringify(describeNode({ ...described, x25519 })))).toThrow(
      expect.objectContaining({ code: 'bad-json', facts: { field: 'pubkey_x25519' } }),
    );
  });

  it('gives one error for anything else', () => {
    const field = fc.constantFrom('ip', 'https_port', 'omq_port', 'pubkey_ed25519', 'pubkey_x25519');
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(field, fc.jsonValue())
        .map(([name, value]) => JSON.stringify({ ...describeNode(described), [name]: value })),
    );
    fc.assert(
      fc.property(text, (value) => {
        try {
          parseNodeFile(value);
        } catch (error) {
          expect(error).toBeInstanceOf(DirectoryError);
        }
      }),
    );
  });
});
