import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type Running, startUntilReady } from './long-running.ts';
import { sottoJson } from './run-sotto.ts';

/** Somebody with a profile of their own. */
export interface Person {
  readonly name: string;
  readonly profile: string;
  readonly account: string;
}

/** A relay process and the people on it, in a temporary folder. Names are random per run. */
export interface World {
  readonly dir: string;
  relay: Running;
  /** Start the relay again at its address; `wrapper` puts a program in front of it. */
  restartRelay(wrapper?: readonly string[]): Promise<void>;
  person(label: string): Promise<Person>;
  close(): Promise<void>;
}

/** Start a relay that wants invites, on a port it keeps over restarts. */
export async function createWorld(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-e2e-'));
  const data = join(dir, 'relay');
  const listen = `127.0.0.1:${await freePort()}`;
  const serve = (wrapper: readonly string[] = []) =>
    startUntilReady(['relay', 'serve', '--data', data, '--listen', listen], { wrapper });
  const world: World = {
    dir,
    relay: await serve(),
    async restartRelay(wrapper) {
      world.relay = await serve(wrapper);
    },
    async person(label) {
      const { invite } = await sottoJson(['relay', 'invite', '--data', data]);
      const name = `${label} ${randomBytes(4).toString('hex')}`;
      const profile = join(dir, label);
      const created = await sottoJson([
        ...['account', 'create', '--profile', profile, '--name', name, '--invite', String(invite)],
      ]);
      return { name, profile, account: String(created['account_id']) };
    },
    async close() {
      await world.relay.stop('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
  return world;
}

/** A text nobody else sends. */
export function randomText(): string {
  return `${randomBytes(6).toString('hex')} grüße ${randomBytes(2).readUInt16BE(0)}`;
}
