import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromUtf8, toHex, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from './errors.ts';
import { discardUnwrapped } from './key-files.ts';
import { changePassphrase, createProfileKey, profileKeyKind, unlockProfileKey } from './profile-key.ts';
import { DEFAULT_COST, unwrapKey, wrapKey } from './wrap-key.ts';

/** Real parameters cost 0.7 s a call; one test uses them. */
const cost = { memoryBytes: 8 * 1024, passes: 1 };
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sotto-key-'));
  folder = join(root, 'profile');
});
afterEach(() => rmSync(root, { recursive: true }));

const same = (left: { expose(): Uint8Array }, right: { expose(): Uint8Array }) =>
  expect(toHex(left.expose())).toBe(toHex(right.expose()));

describe('a profile key without a passphrase', () => {
  it('is 32 random bytes in a file of the owner alone', () => {
    expect(profileKeyKind(folder)).toBe('none');
    expect(() => unlockProfileKey({ folder })).toThrow(expect.objectContaining({ code: 'no-key' }));
    const key = createProfileKey({ folder });
    expect(key.expose()).toHaveLength(32);
    expect(profileKeyKind(folder)).toBe('plain');
    expect(readdirSync(folder)).toEqual(['key']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
    same(unlockProfileKey({ folder }), key);
    same(unlockProfileKey({ folder, passphrase: 'not needed' }), key);
    expect(() => createProfileKey({ folder })).toThrow(expect.objectContaining({ code: 'key-exists' }));
  });

  it('is refused when its file is cut off or far too long', () => {
    createProfileKey({ folder });
    for (const length of [0, 31, 33, 100_000]) {
      writeFileSync(join(folder, 'key'), new Uint8Array(length));
      expect(() => unlockProfileKey({ folder })).toThrow(expect.objectContaining({ code: 'damaged' }));
    }
  });
});

describe('a profile key with a passphrase', () => {
  it('needs the passphrase and nothing on disk shows the key', () => {
    const key = createProfileKey({ folder, passphrase: 'correct horse', cost });
    expect(profileKeyKind(folder)).toBe('passphrase');
    expect(readdirSync(folder)).toEqual(['key.json']);
    const file = readFileSync(join(folder, 'key.json'));
    expect(statSync(join(folder, 'key.json')).mode & 0o777).toBe(0o600);
    expect(file.includes(toHex(key.expose())) || file.includes(Buffer.from(key.expose()))).toBe(false);
    same(unlockProfileKey({ folder, passphrase: 'correct horse' }), key);
    expect(() => unlockProfileKey({ folder })).toThrow(expect.objectContaining({ code: 'needs-passphrase' }));
    for (const passphrase of ['', 'Correct horse', 'correct horse ']) {
      expect(() => unlockProfileKey({ folder, passphrase })).toThrow(
        expect.objectContaining({ code: 'wrong-passphrase' }),
      );
    }
  });

  it('can be set, changed and dropped without changing the key', () => {
    const key = createProfileKey({ folder });
    changePassphrase({ folder, to: 'first', cost });
    expect(readdirSync(folder)).toEqual(['key.json']);
    expect(() => changePassphrase({ folder, from: 'wrong', to: 'second', cost })).toThrow(StoreError);
    changePassphrase({ folder, from: 'first', to: 'second', cost });
    same(unlockProfileKey({ folder, passphrase: 'second' }), key);
    changePassphrase({ folder, from: 'second' });
    expect(readdirSync(folder)).toEqual(['key']);
    same(unlockProfileKey({ folder }), key);
  });

  it('counts when a crash has left the plain file beside it, which then goes', () => {
    const key = createProfileKey({ folder, passphrase: 'p', cost });
    writeFileSync(join(folder, 'key'), new Uint8Array(32));
    expect(() => unlockProfileKey({ folder })).toThrow(expect.objectContaining({ code: 'needs-passphrase' }));
    same(unlockProfileKey({ folder, passphrase: 'p' }), key);
    expect(readdirSync(folder)).toEqual(['key.json']);
  });

  it('leaves no copy of the key that a crash in the middle of a change left unwrapped', () => {
    const left = ['key.new', 'key.0123456789abcdef.new', 'key.json.new', 'key.json.0123456789abcdef.new'];
    const leave = (key: { expose(): Uint8Array }) => {
      for (const name of left) writeFileSync(join(folder, name), key.expose());
    };
    const key = createProfileKey({ folder });
    leave(key);
    changePassphrase({ folder, to: 'p', cost });
    expect(readdirSync(folder)).toEqual(['key.json']);
    leave(key);
    writeFileSync(join(folder, 'key.txt.new'), 'of somebody else');
    same(unlockProfileKey({ folder, passphrase: 'p' }), key);
    expect(readdirSync(folder)).toEqual(['key.json', 'key.txt.new']);
  });

  it('takes the plain key away only where the wrapped one is', () => {
    const key = createProfileKey({ folder });
    discardUnwrapped(folder);
    same(unlockProfileKey({ folder }), key);
  });

  it('is the same however the system composes its letters', () => {
    const key = createProfileKey({ folder, passphrase: 'é', cost });
    same(unlockProfileKey({ folder, passphrase: 'e\u0301' }), key);
  });

  it('costs a guesser 256 MiB and half a second by default', () => {
    expect(DEFAULT_COST.memoryBytes).toBeGreaterThanOrEqual(256 * 1024 * 1024);
    createProfileKey({ folder, passphrase: 'p' });
    const before = process.cpuUsage();
    unlockProfileKey({ folder, passphrase: 'p' });
    const { user, system } = process.cpuUsage(before);
    // Processor time, so that a busy machine cannot make it look dear.
    expect((user + system) / 1000).toBeGreaterThan(300);
  });
});

describe('the wrapped key file', () => {
  const key = createKey();
  const good = JSON.parse(fromUtf8(wrapKey(key, 'p', cost))) as Record<string, unknown>;
  const unwrap = (file: Record<string, unknown>) => unwrapKey(utf8(JSON.stringify(file)), 'p');

  it('is tied to all its parts', () => {
    same(unwrap(good), key);
    for (const part of ['salt', 'nonce', 'wrapped']) {
      const text = String(good[part]);
      const flipped = (text.startsWith('0') ? '1' : '0') + text.slice(1);
      expect(() => unwrap({ ...good, [part]: flipped })).toThrow(
        expect.objectContaining({ code: 'wrong-passphrase' }),
      );
    }
    expect(() => unwrap({ ...good, passes: 2 })).toThrow(
      expect.objectContaining({ code: 'wrong-passphrase' }),
    );
  });

  it('cannot ask for more memory or time than there is, nor for another version', () => {
    const wrong = [
      { memory_bytes: 2 ** 40 },
      { memory_bytes: 1 },
      { passes: 1e9 },
      { passes: 0 },
      { v: 2 },
      { kdf: 'scrypt' },
      { more: 1 },
      { salt: 'zz' },
    ];
    for (const part of wrong) {
      expect(() => unwrap({ ...good, ...part })).toThrow(expect.objectContaining({ code: 'damaged' }));
    }
  });

  it('throws nothing but StoreError, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        expect(() => unwrapKey(new Uint8Array(bytes), 'p')).toThrow(StoreError);
      }),
      { numRuns: 100 },
    );
  });
});

function createKey() {
  const own = mkdtempSync(join(tmpdir(), 'sotto-key-'));
  try {
    return createProfileKey({ folder: own });
  } finally {
    rmSync(own, { recursive: true });
  }
}
