import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tsc } from '../setup/build-if-needed.mjs';
import { root } from '../setup/root.mjs';
import { capture } from '../setup/run.mjs';

/** All workspaces compile in order, and their tests type-check against the sources. */
export async function checkTypes() {
  mkdirSync(join(root, 'node_modules/.cache/sotto'), { recursive: true });
  const problems = [];
  for (const args of [['--build'], ['--project', 'tsconfig.test.json']]) {
    const { code, output } = await capture(process.execPath, [tsc, ...args, '--pretty', 'false']);
    if (code !== 0) problems.push(output.trim() || `tsc ${args.join(' ')} ended with code ${code}`);
  }
  return { problems };
}
