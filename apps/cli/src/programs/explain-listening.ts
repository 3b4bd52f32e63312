import { CliError } from '../cli-error.ts';

/** What the system says of an address that cannot be listened on, in words, with what to do about it. */
const REASONS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EADDRINUSE: [
    'another program listens on this address already (EADDRINUSE)',
    'end it, or name another port with --listen; port 0 takes a free one',
  ],
  EACCES: [
    'this user may not listen on this port (EACCES)',
    'ports below 1024 need a privilege; take a higher one, such as 8443, and let 443 be passed on to it',
  ],
  EADDRNOTAVAIL: [
    'this machine does not have this address (EADDRNOTAVAIL)',
    'listen on an address of this machine, or on 0.0.0.0 with --public URL',
  ],
  ENOTFOUND: ['this host has no address (ENOTFOUND)', 'give an IP address of this machine to --listen'],
};

/** Undefined for an error that is not about listening or has no words here. */
export function explainListening(error: unknown): CliError | undefined {
  if (!(error instanceof Error) || codeOf(error) !== 'cannot-listen') return undefined;
  const [message, hint] = REASONS[codeOf(error.cause) ?? ''] ?? [];
  return message === undefined ? undefined : new CliError('cannot-listen', message, hint);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
