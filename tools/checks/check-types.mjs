import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tsc } from '../setup/build-if-needed.mjs';
import { root } from '../setup/root.mjs';
import { capture } from '../setup/run.mjs';

/**
 * All workspaces compile in order, their tests type-check against the sources (resolved as the test runner
 * resolves them), and so do these tools.
 */
export async function checkTypes() {
  mkdirSync(join(root, 'node_modules/.cache/sotto'), { recursive: true });
  const problems = [];
  const projects = ['tsconfig.test.json', 'tsconfig.test-web.json', 'tsconfig.tools.json'].map((file) => [
    '--project',
    file,
  ]);
  for (const args of [['--build'], ...projects]) {
    const { code, output } = await capture(process.execPath, [tsc, ...args, '--pretty', 'false']);
    if (code !== 0) problems.push(output.trim() || `tsc ${args.join(' ')} ended with code ${code}`);
  }
  return { problems };
}
