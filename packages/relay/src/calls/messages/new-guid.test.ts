import { toHex } from '@sotto/bytes';
import { expect, it } from 'vitest';
import { newGuid } from './new-guid.ts';

it('is another one each time, of 16 bytes, and shares memory with none', () => {
  const guids = Array.from({ length: 1_000 }, newGuid);
  expect(new Set(guids.map(toHex)).size).toBe(1_000);
  expect(guids.every(({ length, buffer }) => length === 16 && buffer.byteLength === 16)).toBe(true);
});
