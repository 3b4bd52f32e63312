import { CliError } from '../cli-error.ts';

/** What was begun is finished within this time, or the command says that it was not. */
const DRAIN_MS = 10_000;

/** Resolves when a server has closed. `who` as in "the relay". */
export function withinDrainTime(who: string, closing: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new CliError('failed', `${who} did not finish its work in time`));
    const timer = setTimeout(late, DRAIN_MS);
    closing.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
