import { DevnetError } from '@sotto/devnet';
import { CliError } from '../cli-error.ts';

/** What goes wrong with a devnet, as an error of the command with what to do about it. */
export async function explainDevnet<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DevnetError)) throw error;
    throw new CliError(`devnet-${error.code}`, error.message, error.hint);
  }
}
