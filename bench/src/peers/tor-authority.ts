import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './run-program.ts';

/** A directory authority of a Tor network: its keys and the beginning of its configuration. */
export interface Authority {
  readonly data: string;
  /** How the others know it. */
  readonly line: string;
}

/** Keys first: everybody's configuration names the fingerprints of all authorities. */
export async function makeAuthority(folder: string, number: number): Promise<Authority> {
  const data = makeFolder(folder, `auth${number}`);
  const keys = join(data, 'keys');
  mkdirSync(keys, { mode: 0o700 });
  const [onionPort, directoryPort] = [await freePort(), await freePort()];
  const files = [
    '-i',
    'authority_identity_key',
    '-s',
    'authority_signing_key',
    '-c',
    'authority_certificate',
  ];
  const make = [
    '--create-identity-key',
    '--passphrase-fd',
    '0',
    '-m',
    '1',
    '-a',
    `127.0.0.1:${directoryPort}`,
    ...files,
  ];
  execFileSync('tor-gencert', make, { cwd: keys, input: 'bench\n', stdio: ['pipe', 'ignore', 'ignore'] });
  const certificate = readFileSync(join(keys, 'authority_certificate'), 'utf8');
  const v3 = /^fingerprint (\S+)$/m.exec(certificate)?.[1] ?? '';
  const torrc = join(data, 'torrc');
  const own = [
    `Nickname auth${number}`,
    'Address 127.0.0.1',
    `ORPort ${onionPort}`,
    `DirPort ${directoryPort}`,
  ];
  appendFileSync(torrc, `${own.join('\n')}\n`);
  // It wants to know some authority before it says its own fingerprint.
  const nobody = `${'0'.repeat(40)}`;
  const listing = [
    '-f',
    torrc,
    '--list-fingerprint',
    '--quiet',
    'DirAuthority',
    `x orport=1 v3ident=${nobody} 127.0.0.1:1 ${nobody}`,
  ];
  const fingerprint = execFileSync('tor', listing, { encoding: 'utf8' }).trim().split(' ').slice(1).join('');
  const line = `DirAuthority auth${number} orport=${onionPort} no-v2 v3ident=${v3} 127.0.0.1:${directoryPort} ${fingerprint}`;
  return { data, line };
}

/** A Tor's own folder, with a configuration in it that only says so. */
export function makeFolder(folder: string, name: string): string {
  const data = join(folder, name);
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(data, 'torrc'), `DataDirectory ${data}\n`);
  return data;
}
