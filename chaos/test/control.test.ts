import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlFile } from '../src/world/control-file.ts';

const run = promisify(execFile);
const PRELOAD = new URL('../dist/preload/control.js', import.meta.url).href;
const DAY = 86_400_000;

let dir: string;
let control: ControlFile;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sotto-control-'));
  control = new ControlFile(join(dir, 'control'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const node = (script: string) =>
  run(process.execPath, ['--import', PRELOAD, '--eval', script], {
    env: { ...process.env, CHAOS_CONTROL: control.path },
  });

describe('a process with the control module inside', () => {
  it('believes that it is as much later as it is told, and knows every other time', async () => {
    control.setClock(-DAY);
    const { stdout } = await node(
      'console.log(JSON.stringify([Date.now(), +new Date(), +new Date(7), new Date() instanceof Date]))',
    );
    const [now, made, seven, isDate] = JSON.parse(stdout) as [number, number, number, boolean];
    expect(Math.abs(now - (Date.now() - DAY))).toBeLessThan(60_000);
    expect(Math.abs(made - now)).toBeLessThan(1_000);
    expect([seven, isDate]).toEqual([7, true]);
  });

  it('dies at the passing that it is told, and at no other', async () => {
    control.setCrash({ stop: 'seal', moment: 'after', pass: 2 });
    const pass = (stop: string, moment: string) =>
      `globalThis[Symbol.for('sotto.observer')]('${stop}', '${moment}');`;
    const once = `${pass('seal', 'after')}${pass('seal', 'before')}${pass('open', 'after')}`;
    await expect(node(once)).resolves.toBeDefined();
    await expect(node(`${once}${pass('seal', 'after')}`)).rejects.toMatchObject({ signal: 'SIGKILL' });
  });
});
