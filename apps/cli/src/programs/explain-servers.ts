import { CliError } from '../cli-error.ts';

/** What to do about what a server's folder or settings lack; the words of the error say what it is. */
const HINTS = {
  'needs-public-url': 'as in --public https://203.0.113.5:8443',
  'not-loopback':
    'with --tls-by-proxy, --listen 127.0.0.1:8080 or another port, and let the proxy connect there',
  'bad-public-url':
    'as in --public https://relay.example; the relay adds its key by itself, where it has one',
  'no-relay': 'start one on it with `sotto relay serve`, or give its folder with --data',
  'other-secrets':
    'copy secrets.json and the folder tls from the data folder of the first relay (or restore its `sotto relay backup`), or give another --database',
  'in-use': 'end the process that serves this folder first, or give another --data',
  'older-version': 'update the server first: stop it, and start it with this program',
  'no-coturn': 'is --coturn an address of this machine, and free? Or name a TURN server of yours with --turn',
  'bad-secret-file': 'one line of text, in a file that only you can read',
  'bad-code-sender':
    'see `sotto relay serve --help` for --sms; with --sms log, listen on 127.0.0.1 or add --sms-beyond-loopback',
  'bad-remote-config': 'as in --remote-config global.groupsv2.maxGroupSize=151',
  'bad-blobs': 'see `sotto relay serve --help` for --blobs; --blobs none keeps no files',
  'bad-backup-folder': 'as in --to ./backup-of-today',
  'no-backup': 'give the folder that `sotto relay backup` has made',
  'damaged-backup': 'take another backup; nothing was restored',
  'not-registered': '`sotto node register` registers it; give the key of the operator who did',
  'bad-directory':
    '`sotto directory show` says who has signed it; its keepers sign with `sotto directory sign`, or give you the list of today',
} as const;

/** Undefined for an error that has no hint here. `hints` are what a command knows better, by code. */
export function explainServers(
  error: unknown,
  hints: Partial<Record<keyof typeof HINTS, string>> = {},
): CliError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  return isExplained(code) ? new CliError(code, error.message, hints[code] ?? HINTS[code]) : undefined;
}

function isExplained(code: unknown): code is keyof typeof HINTS {
  return typeof code === 'string' && Object.hasOwn(HINTS, code);
}
