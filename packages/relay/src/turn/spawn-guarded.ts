import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';

/**
 * In the words of a shell: beside the program, which takes the shell's place, something waits at a pipe that the relay
 * holds. A line says that the program has ended. An end without one says that the relay has, however it did: then the
 * program is killed, and the folder with its secret goes.
 */
const GUARDED = '{ read -r _ <&3 || { kill -KILL $$; rm -rf -- "$1"; }; } & shift; exec "$@" 3<&-';

/** Start a program that does not outlive this process, not even its SIGKILL; nor does what is in `folder`. */
export function spawnGuarded(
  program: string,
  parameters: readonly string[],
  { folder }: { readonly folder: string },
): ChildProcess {
  const child = spawn('sh', ['-c', GUARDED, 'sh', folder, program, ...parameters], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  // Absent when there are no more files to be opened: then `error` follows.
  const pipe = child.stdio?.[3] as Duplex | undefined;
  // The guard may be gone: somebody has ended all of the relay's processes at once.
  pipe?.on('error', () => undefined);
  child.once('exit', () => pipe?.end('\n'));
  return child;
}
