import { realpathSync } from 'node:fs';
import { capture } from '../setup/run.mjs';

/**
 * `node` inside an npm script is the Node that started npm. A package that brings its own `node` into
 * node_modules/.bin would silently run everything on another version.
 */
export async function checkSameNode() {
  const { output } = await capture('node', ['-p', 'process.execPath']);
  const found = {
    'this process': process.execPath,
    'node on the PATH': output.trim(),
    ...(process.env.npm_node_execpath ? { 'the node that runs npm': process.env.npm_node_execpath } : {}),
  };
  const problems = Object.entries(found)
    .filter(([, path]) => realpathSync(path) !== realpathSync(process.execPath))
    .map(([what, path]) => `${what} is ${path}, not ${process.execPath}`);
  return { problems, note: `${process.version}, ${Object.keys(found).join(' = ')}` };
}
