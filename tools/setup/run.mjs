import { spawn } from 'node:child_process';
import { root } from './root.mjs';

/**
 * Run a program with our own input and output and resolve to its exit code; a signal counts as 1.
 * Ctrl-C reaches the child by itself, so we wait for it to end instead of leaving it behind.
 */
export function run(command, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const wait = () => undefined;
    process.on('SIGINT', wait);
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('SIGINT', wait);
      resolve(code ?? 1);
    });
  });
}

/** Run a program quietly and resolve to its exit code and everything it printed, in order. */
export function capture(command, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
  });
}

/** Run npm: the one that started us when there is one, so that versions do not mix. */
export function runNpm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return run(process.execPath, [cli, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/** Print what is about to happen, so that a first run explains itself. */
export function say(text) {
  console.log(`sotto: ${text}`);
}

/** Print why it cannot go on, and end. */
export function stop(text) {
  console.error(`sotto: ${text}`);
  process.exit(1);
}
