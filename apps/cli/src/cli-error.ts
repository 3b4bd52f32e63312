import type { DevnetErrorCode } from '@sotto/devnet';
import { LocalApiError, type LocalApiErrorCode } from '@sotto/local-api';

/** Exit codes (design §4). */
export const DONE = 0;
export const FAILED = 1;
const USAGE = 2;
/** Written down, not yet carried. */
export const QUEUED = 3;

/** What a command line can get wrong before anybody is asked. */
export type CliErrorCode =
  /** Unknown or missing flags, arguments or commands, and values that cannot be what they should. */
  | 'usage'
  /** Known to Sotto, not in this version. */
  | 'not-supported'
  /** Standard input could not be taken. */
  | 'bad-input'
  /** The address of a relay is taken, forbidden or not this machine's. */
  | 'cannot-listen'
  /** A list of storage nodes, or a file that belongs to it, cannot be used or changed so. */
  | 'bad-directory'
  /** The registry has no entry of this storage node and operator. */
  | 'not-registered'
  /** A chain refused a transaction, did not answer, or has it in no block yet. */
  | 'chain-refused'
  | 'chain-unreachable'
  | 'chain-pending'
  /** A relay listens on every address and is told none that clients could dial. */
  | 'needs-public-url'
  /** Plain http was to be listened on where others can reach it. */
  | 'not-loopback'
  /** What clients were to be told is no address that they could dial. */
  | 'bad-public-url'
  /** The folder holds no relay. */
  | 'no-relay'
  /** Another process serves the data of a server. */
  | 'in-use'
  /** The relays of a database have other secrets than the folder. */
  | 'other-secrets'
  /** The data of a relay is of an older version than this program, which leaves it to the relay's next start to change it. */
  | 'older-version'
  /** A backup of a relay cannot be written there, is none, or is not what was written. */
  | 'bad-backup-folder'
  | 'no-backup'
  | 'damaged-backup'
  /** coturn is not installed, or does not start. */
  | 'no-coturn'
  /** A file with a secret cannot be read, or is empty. */
  | 'bad-secret-file'
  /** Where blobs were to be kept they cannot be. */
  | 'bad-blobs'
  /** Codes cannot get to phones the way that was named. */
  | 'bad-code-sender'
  /** A setting for clients has a name or a value that none takes. */
  | 'bad-remote-config'
  /** A devnet does not start, or cannot be controlled. */
  | `devnet-${DevnetErrorCode}`
  /** Told to end before anything was done. */
  | 'interrupted'
  /** Nobody reads the results any more. */
  | 'output-closed'
  /** The program could not be started or ended badly. */
  | 'failed';

/** An error of the command itself; what the owner of a profile says comes as LocalApiError. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly hint: string | undefined;

  constructor(code: CliErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Answered by changing what was typed. */
const USAGE_CODES: ReadonlySet<LocalApiErrorCode | CliErrorCode> = new Set<LocalApiErrorCode | CliErrorCode>([
  'usage',
  'not-supported',
  'bad-input',
  'bad-params',
  'bad-recipient',
  'unknown-contact',
  'ambiguous-name',
  'yourself',
  'bad-message',
  'bad-name',
  'bad-network',
  'bad-proxy',
  'needs-public-url',
  'not-loopback',
  'bad-public-url',
  'bad-code-sender',
  'bad-remote-config',
  'bad-words',
  'needs-passphrase',
]);

export interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly exitCode: number;
}

/** What the user is told of an error. A defect shows its message, because nobody else can report it. */
export function tell(error: unknown): Told {
  if (error instanceof CliError || error instanceof LocalApiError) {
    const { code, message, hint } = error;
    return { code, message, hint: hint ?? null, exitCode: USAGE_CODES.has(code) ? USAGE : FAILED };
  }
  const { code, message } = asFacts(error);
  return { code, message, hint: null, exitCode: FAILED };
}

function asFacts(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'internal', message: 'something unknown went wrong' };
  const code = (error as { code?: unknown }).code;
  return { code: typeof code === 'string' ? code : 'internal', message: error.message };
}
