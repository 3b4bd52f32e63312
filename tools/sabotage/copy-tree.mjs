import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../setup/root.mjs';
import { capture } from '../setup/run.mjs';

/**
 * Copy the tree, with what it was built to, into a new temporary folder and return its path. Outside
 * dependencies are shared with the original; links to our own packages lead into the copy, so that a change
 * there is what its tests see.
 */
export async function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'sotto-sabotage-'));
  const { code, output } = await capture('git', [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ]);
  if (code !== 0) throw new Error(`git ls-files: ${output.trim()}`);
  const { packages } = JSON.parse(readFileSync(join(root, 'architecture.json'), 'utf8'));
  const built = packages.map((entry) => `${entry.dir}/dist`);
  for (const path of [...output.split('\0'), ...built]) {
    // Timestamps tell the compiler that what was built is up to date.
    if (path !== '' && existsSync(join(root, path))) {
      cpSync(join(root, path), join(copy, path), { recursive: true, preserveTimestamps: true });
    }
  }
  for (const entry of ['.', ...packages.map((one) => one.dir)])
    linkModules(join(entry, 'node_modules'), copy);
  return copy;
}

function linkModules(folder, copy) {
  if (!existsSync(join(root, folder))) return;
  mkdirSync(join(copy, folder), { recursive: true });
  for (const name of readdirSync(join(root, folder))) {
    const path = join(folder, name);
    if (name === '@sotto') {
      for (const own of readdirSync(join(root, path)))
        link(copy, join(path, own), readlinkSync(join(root, path, own)));
    } else if (name === '.bin' || !name.startsWith('.')) {
      link(copy, path, join(root, path));
    }
  }
}

function link(copy, path, target) {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  symlinkSync(target, join(copy, path));
}
