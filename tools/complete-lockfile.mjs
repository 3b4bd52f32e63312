// Adds to package-lock.json the optional platform packages that npm left out, or with --check names them.
//
// A registry mirror may carry the binaries of a few platforms only. npm forgives a missing optional package
// while it writes the lockfile, and then `npm ci` refuses that lockfile, on every platform. The entries added
// here say what their names say (system, processor, C library). They have no integrity hash, because nobody
// has seen the file: an `npm install` against a full registry adds it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/root.mjs';

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  ...['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'],
  ...['wasm32'],
];
/** What a part of a package name says about the processor when it is not Node's own word. */
const PROCESSOR_WORDS = { armv7: 'arm', ppc64le: 'ppc64' };
const LIBRARY_WORDS = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** The platform that a package name such as `@rolldown/binding-linux-x64-musl` speaks of. */
export function platformOfName(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const spelled = words.map((word) => PROCESSOR_WORDS[word] ?? word);
  const cpu = spelled.find((word) => PROCESSORS.includes(word));
  const libc = words.map((word) => LIBRARY_WORDS[word]).find((word) => word !== undefined);
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc ? { libc: [libc] } : {}),
    ...(os ? { os: [os] } : {}),
  };
}

/** The entries that a lockfile lacks: [path, entry] of each optional dependency that has none. */
export function missingEntries(lock) {
  const missing = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolves(lock.packages, path, name)) continue;
      // Only a package that pins its binaries exactly and names a platform can be completed.
      const platform = platformOfName(name);
      if (!/^\d+\.\d+\.\d+\S*$/.test(version) || !platform.cpu) {
        throw new Error(`package-lock.json lacks ${name}@${version}, whose platform its name does not tell`);
      }
      missing.set(`node_modules/${name}`, {
        version,
        ...(platform.cpu ? { cpu: platform.cpu } : {}),
        ...(entry.dev ? { dev: true } : {}),
        ...(platform.libc ? { libc: platform.libc } : {}),
        optional: true,
        ...(platform.os ? { os: platform.os } : {}),
      });
    }
  }
  return missing;
}

/** Does `name` have an entry where Node would find it from `path`? */
function resolves(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true;
    if (!at.includes('node_modules/')) return packages[`node_modules/${name}`] !== undefined;
  }
}

if (import.meta.filename === process.argv[1]) {
  for (const folder of ['.', 'tools/node24']) {
    const file = join(root, folder, 'package-lock.json');
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    const missing = missingEntries(lock);
    if (missing.size === 0) continue;
    if (process.argv.includes('--check')) {
      console.error(`${folder}/package-lock.json lacks ${[...missing.keys()].join(', ')}`);
      console.error('npm ci will refuse it; run node tools/complete-lockfile.mjs');
      process.exitCode = 1;
    } else {
      const all = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => a.localeCompare(b, 'en'));
      writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
      console.log(`${folder}/package-lock.json: added ${missing.size} packages of other platforms`);
    }
  }
}
