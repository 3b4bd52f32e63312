import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { toHex } from '@sotto/bytes';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unlockProfileKey } from '../src/profile-key.ts';
import { bundleProgram } from './_bundle-program.ts';

const program = bundleProgram(fileURLToPath(new URL('./create-key.ts', import.meta.url)));
const children: ChildProcess[] = [];
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sotto-at-once-'));
  folder = join(root, 'profile');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});
afterAll(() => rmSync(program));

interface Creator {
  readonly ready: Promise<void>;
  readonly outcome: Promise<string>;
  go(): void;
}

function creator(passphrase?: string): Creator {
  const child = spawn(
    process.execPath,
    [program, folder, ...(passphrase === undefined ? [] : [passphrase])],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const ready = next();
  return {
    ready: ready.then(() => undefined),
    outcome: ready.then(next),
    go: () => child.stdin.write('go\n'),
  };
}

async function createAtOnce(passphrases: readonly (string | undefined)[]): Promise<readonly string[]> {
  const creators = passphrases.map(creator);
  await Promise.all(creators.map(({ ready }) => ready));
  for (const one of creators) one.go();
  return Promise.all(creators.map(({ outcome }) => outcome));
}

describe('creating one profile several times at once', () => {
  it('gives one of them the key that stays, and replaces nothing', async () => {
    const outcomes = await createAtOnce(['first', 'second', 'third']);
    const made = outcomes.filter((outcome) => outcome !== 'key-exists');
    expect(made).toHaveLength(1);
    const passphrase = ['first', 'second', 'third'][outcomes.indexOf(made[0] as string)] as string;
    expect(toHex(unlockProfileKey({ folder, passphrase }).expose())).toBe(made[0]);
    expect(readdirSync(folder)).toEqual(['key.json']);
  });

  it('does not let a passphrase that takes its time replace a key without one', async () => {
    const [plain, wrapped] = await createAtOnce([undefined, 'slow']);
    expect(wrapped).toBe('key-exists');
    expect(toHex(unlockProfileKey({ folder }).expose())).toBe(plain);
    expect(readdirSync(folder)).toEqual(['key']);
  });
});
