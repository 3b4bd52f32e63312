import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../setup/root.mjs';

/**
 * Every universal package, as built, and each of its doors bundles for a browser with an ordinary bundler's conditions and without
 * any module of Node. That keeps the door open for a browser or phone engine.
 */
export async function checkBrowserBundles() {
  const { packages } = JSON.parse(readFileSync(join(root, 'architecture.json'), 'utf8'));
  const universal = packages.filter((entry) => entry.runs === 'universal' && !entry.testsOnly);
  const doors = universal.flatMap(({ name, dir, doors = [] }) => [
    { name, dir },
    ...doors.map((door) => ({ name: `${name}/${door}`, dir })),
  ]);
  const results = await Promise.all(doors.map(bundle));
  const problems = results.flatMap((result) => result.problems);
  if (results.length === 0) problems.push('no package was bundled');
  const sizes = results.map(({ name, bytes }) => `${name} ${Math.ceil(bytes / 1024)}`);
  return { problems, note: `KiB: ${sizes.join(', ')}` };
}

async function bundle({ name, dir }) {
  try {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: `export * from '@sotto/${name}';`,
        resolveDir: root,
        sourcefile: `${name.replace('/', '-')}.js`,
      },
      bundle: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2022',
      absWorkingDir: root,
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs);
    const bytes = outputFiles[0].contents.length;
    const problems = inputs
      .filter((file) => file.endsWith('.node.js'))
      .map((file) => `${name}: ${file} is Node's and is in the browser bundle`);
    if (bytes === 0 || !inputs.some((file) => file.startsWith(`${dir}/dist/`))) {
      problems.push(`${name}: the bundle holds nothing of the package`);
    }
    return { name, bytes, problems };
  } catch (error) {
    const errors = error.errors ?? [{ text: String(error) }];
    const problems = errors.map(({ text, location }) => `${name}: ${text} (${location?.file ?? 'no file'})`);
    return { name, bytes: 0, problems };
  }
}
