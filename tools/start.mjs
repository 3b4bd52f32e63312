// `npm start`: installs and builds what is missing, runs a whole network on this machine with the apps of two
// people, and prints their links. A second one prints the links of the first. Everything is kept in
// .sotto/start; `npm start -- --fresh` empties that first.
import './setup/require-node.mjs';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from './setup/build-if-needed.mjs';
import { installIfNeeded } from './setup/install-if-needed.mjs';
import { root } from './setup/root.mjs';
import { capture, say, stop } from './setup/run.mjs';

const HELP = `npm start                 run Sotto on this machine: a relay, nine storage nodes, and the apps of alice and bob
npm start -- --fresh      the same, after emptying what earlier runs kept
npm start -- --dir D      keep everything in the folder D instead of .sotto/start`;

const bin = join(root, 'apps', 'cli', 'bin', 'sotto.js');

const { fresh, dir } = readArguments();
await installIfNeeded();
await buildIfNeeded();
if (fresh) await empty(dir);
process.exitCode = await runDevnet(dir);

/** @returns {{ fresh: boolean, dir: string }} */
function readArguments() {
  try {
    const { values } = parseArgs({
      options: { fresh: { type: 'boolean' }, dir: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    return { fresh: values.fresh === true, dir: resolve(root, values.dir ?? join('.sotto', 'start')) };
  } catch (error) {
    console.error(`sotto: ${error.message}\n${HELP}`);
    process.exit(2);
  }
}

/** End what runs in the folder, then remove it. Only a folder that a devnet made is ever removed. */
async function empty(folder) {
  if (!existsSync(folder)) return;
  const isDevnet = existsSync(join(folder, 'devnet.json')) || readdirSync(folder).length === 0;
  if (!isDevnet) stop(`${shown(folder)} holds something else than a devnet; it is left alone`);
  await capture(process.execPath, [bin, 'devnet', 'ctl', '--dir', folder, 'stop']);
  rmSync(folder, { recursive: true, force: true });
  say(`emptied ${shown(folder)}`);
}

/** Resolves to the exit code when the devnet has ended, or at once when another one runs there. */
function runDevnet(folder) {
  say('starting a relay, nine storage nodes and two apps');
  const args = [bin, 'devnet', '--apps', 'alice,bob', '--dir', folder, '--json'];
  // The channel ends the devnet with us, however we end.
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  // Ctrl-C reaches the whole group; whoever signals only us means the devnet too.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
  const { stdout } = child;
  if (stdout === null) throw new Error('the devnet has no output');
  createInterface({ input: stdout }).on('line', (line) => {
    const ready = JSON.parse(line);
    console.log(describe(ready, ready.pid === child.pid));
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 1));
  });
}

function describe({ apps, dir: folder, nodes }, isOurs) {
  if (apps.length === 0) stop(`the devnet in ${shown(folder)} runs without apps; end it first`);
  const widest = Math.max(...apps.map(({ name }) => name.length));
  return [
    '',
    isOurs
      ? `Sotto runs: a relay, ${nodes.length} storage nodes, and an app for each of ${apps.length} people.`
      : 'Sotto runs already. These are its links:',
    '',
    ...apps.map(({ name, url }) => `  ${name.padEnd(widest)}  ${url}`),
    '',
    'Open both links, each in a tab of its own, and type a name in each. Then, for alice, press "My ID" and copy her',
    'link; for bob, press "Add a contact" and paste it. Each of the links above lets whoever has it into that app:',
    'keep it to yourself.',
    '',
    `Break it: npx --no-install sotto devnet ctl --dir ${shown(folder)} kill relay     (and start relay)`,
    ...(isOurs ? ['Ctrl-C ends it; the next npm start goes on where it ended.'] : []),
    '',
  ].join('\n');
}

/** A path as somebody in the top folder would type it. */
function shown(path) {
  const short = relative(root, path);
  return short.startsWith('..') ? path : short;
}
