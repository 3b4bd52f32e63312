import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const PACKAGES = ['mosquitto', 'ejabberd', 'prosody', 'tor'];
/** Debian asks this file whether an installed server may be started; 101 is no. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Install the peers from Debian's packages, and let none of them start as a service. Says what it cannot do. */
export function installPeers(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`bench: on Debian, as root: apt-get install ${PACKAGES.join(' ')}\n`);
    return;
  }
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const install = ['install', '-y', '--no-install-recommends', ...PACKAGES];
    if (!aptGet(install) && !(aptGet(['update']) && aptGet(install))) {
      process.stderr.write('bench: apt-get could not install the peers\n');
    }
  } finally {
    if (ours) rmSync(POLICY);
  }
}

function aptGet(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'ignore'] }).status === 0;
}
