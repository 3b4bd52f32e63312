import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf } from '../src/json-lines.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { receive } from '../src/receive.ts';
import { refusal } from '../src/refusal.ts';
import { finish, runSotto, sottoJson, startSotto } from '../src/run-sotto.ts';
import { waitUntil } from '../src/wait-until.ts';
import { createWorld, type Person, randomText, type World } from '../src/world.ts';

/** The contract of DESIGN §4 about profiles: who owns one, what locks it, and what is left of it. */

/** Kills the owner when something is about to be printed, and stands still until the time of the command is over. */
const LOSE_OWNER = `data:text/javascript,${encodeURIComponent(`
  globalThis[Symbol.for('sotto.observer')] = (stop, moment) => {
    if (stop !== 'show' || moment !== 'before') return;
    globalThis[Symbol.for('sotto.observer')] = undefined;
    process.kill(Number(process.env.OWNER), 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_500);
  };
`)}`;

interface Table {
  readonly table: string;
  readonly rows: readonly unknown[];
}

describe('a profile', () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('alice');
    bob = await world.person('bob');
  });

  const daemons: Running[] = [];

  async function daemonOf(person: Person): Promise<Running> {
    const daemon = await startUntilReady(['daemon', '--profile', person.profile]);
    daemons.push(daemon);
    return daemon;
  }

  afterAll(async () => {
    // Where a test failed half-way its daemon is still there.
    for (const { child } of daemons) child.kill('SIGKILL');
    await world.close();
  });

  describe('one owner per profile', () => {
    it('attaches to a daemon, refuses a second one, and ends it on SIGTERM with 0', async () => {
      const daemon = await daemonOf(bob);
      expect(daemon.ready).toEqual({
        event: 'ready',
        profile: bob.profile,
        socket: expect.stringContaining('.sock'),
        pid: daemon.child.pid,
      });
      const socket = await lstat(String(daemon.ready['socket']));
      expect(socket.mode & 0o777).toBe(0o600);
      expect((await lstat(bob.profile)).mode & 0o777).toBe(0o700);
      expect(await refusal(['daemon', '--profile', bob.profile])).toEqual({
        code: 1,
        error: 'profile-in-use',
      });
      // The same profile by another path is the same profile.
      const text = randomText();
      await sottoJson(['send', '--profile', `${alice.profile}/../bob`, '--to', alice.account, text]);
      expect(await receive(alice)).toEqual([expect.objectContaining({ text })]);
      expect(await daemon.stop('SIGTERM')).toBe(0);
      await expect(lstat(String(daemon.ready['socket']))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('replaces the socket of a daemon that was killed', async () => {
      const first = await daemonOf(bob);
      await first.stop('SIGKILL');
      await lstat(String(first.ready['socket']));
      const second = await daemonOf(bob);
      expect(await second.stop('SIGTERM')).toBe(0);
    });

    it('lets commands of the same moment share it', async () => {
      const texts = Array.from({ length: 6 }, randomText);
      const sent = await Promise.all(
        texts.map((text) =>
          runSotto(['send', '--profile', alice.profile, '--to', bob.account, '--json', text]),
        ),
      );
      expect(sent.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
        texts.map(() => ({ code: 0, stderr: '' })),
      );
      const seen = [...(await receive(bob)), ...(await receive(bob, 2))].map(({ text }) => text);
      expect(seen.sort()).toEqual(texts.sort());
    });

    it('follows through the death of owner after owner, and prints each message once', async () => {
      const daemon = await daemonOf(bob);
      const followers = Array.from({ length: 3 }, () => follow(bob));
      const texts: string[] = [];
      // After the daemon one of the followers owns the profile, and dies too.
      for (const owner of [daemon.child, followers[0]?.child, followers[1]?.child]) {
        const text = randomText();
        texts.push(text);
        await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, text]);
        owner?.kill('SIGKILL');
        await waitUntil(
          'shown although an owner died',
          30_000,
          () => followers[2]?.out().includes(text) === true,
        );
      }
      const [, , last] = followers;
      last?.child.kill('SIGTERM');
      expect(await last?.ended).toBe(0);
      expect(linesOf(last?.out() ?? '').map(({ text }) => text)).toEqual(texts);
      expect(await receive(bob, 1)).toEqual([]);
    });

    it('remembers what it printed when the owner dies under it and its time is over', async () => {
      const daemon = await daemonOf(bob);
      const text = randomText();
      await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, text]);
      const args = ['receive', '--profile', bob.profile, '--timeout', '10', '--json'];
      const env = { NODE_OPTIONS: `--import=${LOSE_OWNER}`, OWNER: String(daemon.child.pid) };
      const done = await runSotto(args, { env });
      expect(done.stderr).toBe('');
      expect(linesOf(done.stdout)).toEqual([expect.objectContaining({ text })]);
      expect(daemon.child.signalCode, 'the owner was lost').toBe('SIGKILL');
      const next = randomText();
      await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, next]);
      expect((await receive(bob)).map((message) => message['text'])).toEqual([next]);
    });

    it('prints nothing twice over many short commands', async () => {
      const texts: string[] = [];
      const seen: unknown[] = [];
      for (let round = 0; round < 4; round++) {
        const text = randomText();
        texts.push(text);
        await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, text]);
        // Bob's own sends collect what came; the next receive prints it all the same.
        await sottoJson(['send', '--profile', bob.profile, '--to', alice.account, randomText()]);
        if (round % 2 === 1) seen.push(...(await receive(bob)).map((message) => message['text']));
      }
      expect(seen).toEqual(texts);
    });
  });

  it('keeps a profile behind its passphrase', async () => {
    const file = join(world.dir, 'passphrase');
    await writeFile(file, 'correct horse battery staple\n');
    const { invite } = await sottoJson(['relay', 'invite', '--data', join(world.dir, 'relay')]);
    const profile = join(world.dir, 'locked');
    const create = ['account', 'create', '--profile', profile, '--name', 'L', '--invite', String(invite)];
    await sottoJson([...create, '--passphrase-file', file]);
    expect((await readdir(profile)).sort()).toEqual(['key.json', 'store.db']);
    expect(await refusal(['account', 'show', '--profile', profile])).toEqual({
      code: 2,
      error: 'needs-passphrase',
    });
    const wrong = join(world.dir, 'wrong');
    await writeFile(wrong, 'incorrect\n');
    expect(await refusal(['account', 'show', '--profile', profile, '--passphrase-file', wrong])).toEqual({
      code: 1,
      error: 'wrong-passphrase',
    });
    const env = { SOTTO_PASSPHRASE_FILE: file, SOTTO_PROFILE: profile };
    expect(await sottoJson(['account', 'show'], { env })).toMatchObject({ name: 'L' });
  });

  it('deletes an account at the relay and here', async () => {
    const carol = await world.person('carol');
    const { aci } = await sottoJson(['account', 'show', '--profile', carol.profile]);
    const ledger = async () => {
      const told = await sottoJson(['relay', 'ledger', '--data', join(world.dir, 'relay'), String(aci)]);
      return new Map((told['tables'] as Table[]).map(({ table, rows }) => [table, rows]));
    };
    expect((await ledger()).get('account')).toHaveLength(1);
    expect(await sottoJson(['account', 'delete', '--profile', carol.profile])).toEqual({
      account_id: carol.account,
      deleted: true,
    });
    await expect(lstat(carol.profile)).rejects.toMatchObject({ code: 'ENOENT' });
    const left = await ledger();
    expect(left.size).toBeGreaterThan(1);
    for (const [table, rows] of left) expect(rows, table).toEqual([]);
  });

  it('writes down what it cannot carry, with exit 3, and the doctor says so', async () => {
    await world.relay.stop('SIGTERM');
    const text = randomText();
    const send = ['send', '--profile', alice.profile, '--to', bob.account, '--timeout', '1', '--json', text];
    const queued = await runSotto(send);
    expect(queued.code).toBe(3);
    expect(linesOf(queued.stdout)).toEqual([
      { id: expect.any(String), to: bob.account, road: null, state: 'queued', sent_at: expect.any(Number) },
    ]);
    const doctor = await runSotto(['doctor', '--profile', alice.profile, '--json']);
    expect(doctor.code).toBe(1);
    const wrong = linesOf(doctor.stdout).filter(({ ok }) => ok === false);
    expect(wrong.map(({ check }) => check)).toEqual(expect.arrayContaining(['relay', 'outbox']));
    for (const { hint } of wrong) expect(hint).toEqual(expect.any(String));
    await world.restartRelay();
    expect((await runSotto(['doctor', '--profile', alice.profile])).code).toBe(0);
    expect(await receive(bob)).toEqual([expect.objectContaining({ text })]);
  });

  function follow(person: Person) {
    const child = startSotto(['receive', '--profile', person.profile, '--follow', '--json']);
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    return { child, out: () => out, ended: finish(child).then(({ code }) => code) };
  }

  it('leaves nothing but the key and the store behind', async () => {
    expect((await readdir(alice.profile)).sort()).toEqual(['key', 'store.db']);
  });
});
