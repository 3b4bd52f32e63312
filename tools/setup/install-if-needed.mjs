// Installs exactly what package-lock.json says, when that is not what is there.
//
// The stamp in node_modules is a hash of the lockfile, the Node major and the platform: what decides which
// files npm puts there. It is written after npm has succeeded, so an interrupted install is done again.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './root.mjs';
import { runNpm, say, stop } from './run.mjs';

export async function installIfNeeded(dir = root) {
  const lockText = readFileSync(join(dir, 'package-lock.json'), 'utf8');
  const stampFile = join(dir, 'node_modules', '.sotto-stamp');
  const wanted = [
    createHash('sha256').update(lockText).digest('hex'),
    `node${process.versions.node.split('.')[0]}`,
    `${process.platform}-${process.arch}`,
  ].join(' ');
  const found = existsSync(stampFile) ? readFileSync(stampFile, 'utf8').trim() : '';
  if (found === wanted) return;

  const where = relative(root, dir) || 'the workspace';
  const sameMachine =
    found === '' || found.split(' ').slice(1).join(' ') === wanted.split(' ').slice(1).join(' ');
  if (!(sameMachine && alreadyInstalled(dir, JSON.parse(lockText)))) {
    say(`installing the dependencies of ${where} (npm ci)`);
    const code = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: dir });
    if (code !== 0) stop(`npm ci failed in ${where}; the reason is printed above`);
  }
  mkdirSync(join(dir, 'node_modules'), { recursive: true });
  writeFileSync(stampFile, `${wanted}\n`);
}

/**
 * True when npm's own record of node_modules lists every package of the lockfile that this platform needs,
 * in the same version: after `npm install` by hand there is nothing left to do.
 */
function alreadyInstalled(dir, lock) {
  const recordFile = join(dir, 'node_modules', '.package-lock.json');
  if (!existsSync(recordFile)) return false;
  const { packages: present } = JSON.parse(readFileSync(recordFile, 'utf8'));
  const wanted = Object.entries(lock.packages).filter(([path]) => path.includes('node_modules/'));
  const known = new Set(wanted.map(([path]) => path));
  if (Object.keys(present).some((path) => path.includes('node_modules/') && !known.has(path))) return false;
  return wanted.every(([path, entry]) => {
    if (entry.link) return existsSync(join(dir, path));
    if (present[path]) return present[path].version === entry.version && existsSync(join(dir, path));
    return entry.optional === true && !fitsThisPlatform(entry);
  });
}

/**
 * True where npm surely installs an optional package. It leaves out those of other platforms with all that
 * only they need, and those of another C library.
 */
function fitsThisPlatform({ os, cpu, libc }) {
  const fits = (allowed, ours) => [allowed ?? []].flat().includes(ours);
  return fits(os, process.platform) && fits(cpu, process.arch) && libc === undefined;
}
