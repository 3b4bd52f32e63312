import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, startUntilReady } from './long-running.ts';
import { runSotto, sottoJson } from './run-sotto.ts';
import type { Person } from './world.ts';

/** A whole network of real processes and the people on it, in a temporary folder. */
export interface Devnet {
  readonly dir: string;
  readonly running: Running;
  /** File with the text that a friend pastes. */
  readonly network: string;
  ctl(action: 'kill' | 'start', target: string): Promise<void>;
  person(label: string, flags?: readonly string[]): Promise<Person>;
  close(): Promise<void>;
}

export async function createDevnet(flags: readonly string[] = []): Promise<Devnet> {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-devnet-'));
  const net = join(dir, 'net');
  const running = await startUntilReady(['devnet', '--dir', net, ...flags]);
  const network = String(running.ready['network']);
  return {
    dir,
    running,
    network,
    async ctl(action, target) {
      const done = await runSotto(['devnet', 'ctl', '--dir', net, action, target]);
      if (done.code !== 0)
        throw new Error(`devnet ctl ${action} ${target} ended with ${done.code}: ${done.stderr}`);
    },
    async person(label, more = []) {
      const name = `${label} ${randomBytes(4).toString('hex')}`;
      const profile = join(dir, label);
      const created = await sottoJson([
        ...['account', 'create', '--profile', profile, '--name', name, '--network', network, ...more],
      ]);
      return { name, profile, account: String(created['account_id']) };
    },
    async close() {
      await running.stop('SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** One writes, the other accepts and answers: from here on both are contacts. */
export async function befriend(one: Person, other: Person, road?: string): Promise<void> {
  const way = road === undefined ? [] : ['--road', road];
  await sottoJson(['send', '--profile', one.profile, '--to', other.account, ...way, '--', 'may I?']);
  await runChecked(['receive', '--profile', other.profile, '--timeout', '30']);
  await runChecked(['contacts', 'accept', one.account, '--profile', other.profile]);
  await sottoJson(['send', '--profile', other.profile, '--to', one.account, ...way, '--', 'you may']);
  await runChecked(['receive', '--profile', one.profile, '--timeout', '30']);
}

async function runChecked(args: readonly string[]): Promise<void> {
  const done = await runSotto(args);
  if (done.code !== 0) throw new Error(`sotto ${args[0]} ended with ${done.code}: ${done.stderr}`);
}
