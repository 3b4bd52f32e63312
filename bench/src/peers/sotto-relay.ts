import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sottoDialect } from '../load/sotto-dialect.ts';
import type { Messenger } from './peer.ts';
import type { RelayUsers } from './relay-users.ts';
import { listens, runProgram } from './run-program.ts';

const SERVER = fileURLToPath(new URL('./relay-server.js', import.meta.url));

/** Our relay, with users who are registered already. */
export function sottoRelay(registered: RelayUsers, flags: readonly string[] = []): Messenger {
  return {
    name: 'sotto relay',
    dialect: sottoDialect(registered.users),
    find: () => 'this tree',
    start: (folder, port) => {
      const data = join(folder, 'relay');
      if (!existsSync(data)) registered.copyTo(data);
      const args = [...flags, SERVER, data, String(port)];
      return runProgram({ command: process.execPath, args, folder, ready: listens(port) });
    },
  };
}
