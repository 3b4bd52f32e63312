// Some journeys need a program from the operating system. On Debian as root (a container, a build machine)
// it is installed; anywhere else we say what is missing, because changing a person's system is theirs to do.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from './find-chromium.mjs';
import { capture, say } from './run.mjs';

/** Programs by the Debian package that has them. */
const NEEDED = [
  { program: 'strace', package: 'strace', why: 'the syscall journeys', isThere: () => isOnPath('strace') },
  { program: 'tcpdump', package: 'tcpdump', why: 'the taint run', isThere: () => isOnPath('tcpdump') },
  {
    program: 'PostgreSQL',
    package: 'postgresql',
    why: 'the tests of its engine',
    isThere: () => existsSync('/usr/lib/postgresql') || isOnPath('postgres'),
  },
  {
    program: 'NATS',
    package: 'nats-server',
    why: 'the tests of its bus',
    isThere: () => existsSync('/usr/sbin/nats-server') || isOnPath('nats-server'),
  },
  { program: 'coturn', package: 'coturn', why: 'the tests of calls', isThere: () => isOnPath('turnserver') },
  // Its fonts too: without them other scripts and emoji are boxes.
  {
    program: 'chromium',
    package: 'chromium fonts-noto-core fonts-noto-color-emoji',
    why: 'the browser tests',
    isThere: () => findChromium() !== undefined,
  },
];

const isOnPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

export async function installSystemPackages() {
  if (process.platform !== 'linux') return;
  const missing = NEEDED.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const names = missing.flatMap((entry) => entry.package.split(' '));
  const reasons = missing.map((entry) => `${entry.program} for ${entry.why}`).join(', ');
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    say(`missing: ${reasons}. On Debian: sudo apt-get install ${names.join(' ')}`);
    return;
  }
  say(`installing ${reasons} (apt-get)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', ...names];
  let done = await capture('apt-get', install, { env });
  if (done.code !== 0) {
    // A fresh image has no package lists yet.
    await capture('apt-get', ['update'], { env });
    done = await capture('apt-get', install, { env });
  }
  if (done.code !== 0) say(`apt-get could not install ${names.join(' ')}:\n${done.output.trim()}`);
}
