import type { Handlers } from '@sotto/local-api';
import { StoreError } from '@sotto/store-sqlite';
import { describe, expect, it } from 'vitest';
import { explainStore } from './explain-store.ts';

const caller = { signal: new AbortController().signal, emit: () => undefined, onEnd: () => undefined };
const failing = (error: unknown) =>
  explainStore({ send: () => Promise.reject(error) } as unknown as Handlers).send(
    { to: 'bob', text: 'hello' },
    caller,
  );

describe('a command whose store cannot be written', () => {
  it('says that the disk is full and what to do', async () => {
    await expect(failing(new StoreError('disk-full', 'no space left to write'))).rejects.toMatchObject({
      name: 'LocalApiError',
      code: 'disk-full',
      message: 'no space left to write; nothing was done',
      hint: expect.stringContaining('make room'),
    });
  });

  it('says what else is wrong with the profile', async () => {
    await expect(failing(new StoreError('damaged', 'the store is damaged'))).rejects.toMatchObject({
      code: 'bad-profile',
      message: 'the store is damaged',
    });
  });

  it('leaves defects what they are', async () => {
    const defect = new TypeError('undefined is not a function');
    await expect(failing(defect)).rejects.toBe(defect);
  });
});
