import { runSotto } from './run-sotto.ts';

/**
 * The process around the command. It ends by emptying the event loop, never by force, so that nothing
 * that was begun is cut off; a second signal is the user's own way to force it.
 */
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

// A closed pipe is told by the write that fails; without a listener the event would end the process.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

// Timers within the client hold no process; while a command runs, this does.
const hold = setInterval(() => undefined, 2 ** 30);
process.exitCode = await runSotto(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  signal: ending.signal,
});
clearInterval(hold);
// A terminal that was read from keeps the loop alive otherwise.
process.stdin.destroy();
