import { chmod, unlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { isMissing } from './profile-folder.ts';

/** A listening Unix socket. */
export interface Listening {
  /** Let nobody else in. Connections that are there stay. */
  stop(): Promise<void>;
}

/**
 * Listen, for this user alone. Call only while holding the profile's database: then a socket that is in
 * the way was left by a process that died, and is replaced.
 */
export async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Listening> {
  await unlinkIfThere(path);
  const server = createServer(onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  let stopped: Promise<void> | undefined;
  return {
    stop: () => {
      stopped ??= stopServer(server);
      return stopped;
    },
  };
}

/** Resolves when the name is gone, not when the last connection is: closing a server removes its socket at once. */
function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close();
    setImmediate(resolve);
  });
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
