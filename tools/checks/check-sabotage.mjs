import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { capture } from '../setup/run.mjs';

/** Every patch that switches a defence off still applies; whether its test notices is `npm run test:sabotage`'s. */
export async function checkSabotage() {
  const patches = readdirSync(join(root, 'e2e/sabotage')).filter((name) => name.endsWith('.patch'));
  const problems = patches.length === 0 ? ['e2e/sabotage holds no patch'] : [];
  for (const name of patches) {
    const { code, output } = await capture('git', ['apply', '--check', `e2e/sabotage/${name}`]);
    if (code !== 0) problems.push(`${name} does not apply: ${output.trim()}`);
  }
  return { problems, note: `${patches.length} patches` };
}
