import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { capture } from '../setup/run.mjs';

/** Biome's lint and format rules hold; warnings fail too, so that none are left lying around. */
export async function checkStyle() {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'ci', '--error-on-warnings', '--max-diagnostics=20', '--colors=off', '.'];
  const { code, output } = await capture(process.execPath, args);
  return {
    problems: code === 0 ? [] : [output.trim()],
    note: /Checked (\d+) files/.exec(output)?.[0] ?? '',
  };
}
