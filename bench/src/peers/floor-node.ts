import { fileURLToPath } from 'node:url';
import { floorDialect } from '../load/floor-dialect.ts';
import type { Messenger } from './peer.ts';
import { listens, runProgram } from './run-program.ts';

const SERVER = fileURLToPath(new URL('./floor-server.js', import.meta.url));

/** Our own floor, which is always there. */
export const floorNode: Messenger = {
  name: 'floor-node',
  dialect: floorDialect,
  find: () => process.versions.node,
  start: (folder, port) =>
    runProgram({ command: process.execPath, args: [SERVER, String(port)], folder, ready: listens(port) }),
};
