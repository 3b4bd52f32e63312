/**
 * Stands in for the `sotto` command: listens where a server would, prints a ready line, and ends with its
 * IPC channel. What is in the file `misbehave` beside its data folder names what goes wrong.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

const [kind, verb] = process.argv.slice(2);
const flag = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const data = flag(kind === 'app' ? 'profile' : 'data');
const [host, port] = flag('listen').split(':');
const misbehave = join(dirname(data), 'misbehave');
const wrong = existsSync(misbehave) ? readFileSync(misbehave, 'utf8') : '';

if (wrong === `fail ${data}`) {
  process.stderr.write('cannot go on\n');
  process.exit(1);
}
if (Object.keys(process.env).some((name) => name.startsWith('SOTTO_'))) process.exit(2);
process.on('disconnect', () => process.exit(0));
if (wrong !== 'stubborn') process.on('SIGTERM', () => process.exit(0));
else process.on('SIGTERM', () => undefined);

const name =
  kind === 'app'
    ? `app ${flag('label')} ${readFileSync(flag('network'), 'utf8').slice(0, 14)}`
    : `${kind} ${verb}`;

createServer((socket) => socket.end(name)).listen(Number(port), host, () => {
  const fragments = { relay: `#key=${'A'.repeat(43)}`, app: `/#t=${process.pid}` };
  const url = `${kind === 'app' ? 'http' : 'https'}://${host}:${port}${fragments[kind] ?? ''}`;
  process.stderr.write('a line for the log\n');
  process.stdout.write('not a ready line\n');
  process.stdout.write(`${JSON.stringify({ event: 'ready', url, pid: process.pid })}\n`);
});
