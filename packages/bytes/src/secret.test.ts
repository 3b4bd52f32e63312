import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

describe('Secret', () => {
  it('shows its bytes to nobody who does not ask for them', () => {
    const secret = new Secret(Uint8Array.of(0xca, 0xfe));
    const seen = [`${secret}`, JSON.stringify({ secret }), inspect({ secret }), inspect(secret)].join();
    expect(seen).not.toMatch(/ca|202|fe|254/);
    expect(seen.match(/‹secret›/g)).toHaveLength(4);
    expect(secret.expose()).toEqual(Uint8Array.of(0xca, 0xfe));
  });
});
