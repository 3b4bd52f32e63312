import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { capture } from '../setup/run.mjs';

/** No file, export or outside dependency is unused, and none is used without being listed (knip.json). */
export async function checkDeadCode() {
  const knip = join(root, 'node_modules/knip/bin/knip.js');
  const { code, output } = await capture(process.execPath, [knip, '--no-progress', '--no-config-hints']);
  return { problems: code === 0 ? [] : [output.trim()] };
}
