import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forkProgram, nextFrom } from '../processes.ts';
import { fillMailboxes, type LoadAccount, makeAccounts } from './accounts.ts';

export interface RelayProcess {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly accounts: readonly LoadAccount[];
  /** What it has counted. */
  totals(): Promise<Readonly<Record<string, number>>>;
  close(): void;
}

/** A relay with so many accounts, for each of which so many messages wait, in a process and a folder of its own. */
export async function startRelayProcess(
  host: string,
  accounts: number,
  { waiting = 0 }: { readonly waiting?: number } = {},
): Promise<RelayProcess> {
  const data = join(mkdtempSync(join(tmpdir(), 'sotto-overdrive-')), 'relay');
  const made = await makeAccounts(data, accounts);
  if (waiting > 0) await fillMailboxes(data, made, waiting);
  const child = forkProgram('relay/serve-main.js', [data, host, '0']);
  const { url } = (await nextFrom(child)) as { readonly url: string };
  return {
    host,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    accounts: made,
    totals: async () => {
      child.send('totals');
      return ((await nextFrom(child)) as { readonly totals: Readonly<Record<string, number>> }).totals;
    },
    close: () => {
      child.kill('SIGKILL');
      rmSync(join(data, '..'), { recursive: true, force: true });
    },
  };
}
