import { readFile } from 'node:fs/promises';
import { fromHex } from '@sotto/bytes';
import { CliError } from '../cli-error.ts';

const HINTS = {
  refused: 'does the account have enough of the stake’s token, and of the chain’s money for its fees?',
  unreachable: 'are the endpoints right, and up?',
  pending: 'look for it later, before you send it again',
} as const;

/** What went wrong with a chain, in words; `undefined` for anything else. */
export function explainChain(error: unknown): CliError | undefined {
  if (!(error instanceof Error) || error.name !== 'ChainError') return undefined;
  const code = (error as { readonly code?: unknown }).code as keyof typeof HINTS;
  return new CliError(`chain-${code}`, error.message, HINTS[code]);
}

export async function readNamedFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new CliError('failed', `${file} cannot be read`, 'there is no such file, or you may not read it');
  }
}

/** The secret of an account that pays. Rejects with CliError `failed`. */
export async function readAccountKey(file: string): Promise<ReturnType<typeof fromHex>> {
  const digits = (await readNamedFile(file)).trim().replace(/^0x/, '');
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return fromHex(digits);
  throw new CliError('failed', 'the file of the key holds no key', 'it is 64 hexadecimal digits');
}
