// `npm run generate`: writes packages/protocol/src/generated from the .proto files beside it, and
// packages/directory/src/chain/generated from the contracts. `--check` writes nothing and exits 1 naming the
// files that differ.
import './setup/require-node.mjs';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './setup/root.mjs';
import { run } from './setup/run.mjs';

const bin = join(root, 'node_modules/.bin');
const scratch = mkdtempSync(join(tmpdir(), 'sotto-generate-'));

try {
  await generate('the .proto files', 'packages/protocol/src/generated', async (out) => {
    const code = await run(
      process.execPath,
      [join(root, 'node_modules/@bufbuild/buf/bin/buf'), 'generate', '-o', out],
      {
        cwd: join(root, 'packages/protocol'),
        // buf finds the plugin protoc-gen-es by its name.
        env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
      },
    );
    return code === 0 ? join(out, 'src/generated') : undefined;
  });
  await generate('the contracts', 'packages/directory/src/chain/generated', async (out) => {
    // Not by the compiler of the tree: that one needs what is generated here.
    const script = join(root, 'contracts/dist/generate.js');
    await build({
      entryPoints: [join(root, 'contracts/src/main.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
    });
    return (await run(process.execPath, [script, out])) === 0 ? out : undefined;
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/**
 * @param {string} from what it is made from, in words
 * @param {string} folder where it is committed
 * @param {(out: string) => Promise<string | undefined>} make writes it into a folder, or one below, which it names
 */
async function generate(from, folder, make) {
  const committed = join(root, folder);
  const fresh = await make(mkdtempSync(join(scratch, 'out-')));
  if (fresh === undefined || !existsSync(fresh)) {
    console.error(`nothing was generated from ${from}`);
    process.exitCode = 1;
  } else if (process.argv.includes('--check')) compare(from, fresh, committed);
  else {
    rmSync(committed, { recursive: true, force: true });
    cpSync(fresh, committed, { recursive: true });
  }
}

function compare(from, fresh, committed) {
  const list = (dir) =>
    (existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [])
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  const files = [...new Set([...list(fresh), ...list(committed)])].sort();
  const read = (dir, file) =>
    existsSync(join(dir, file)) ? readFileSync(join(dir, file), 'utf8') : undefined;
  const differing = files.filter((file) => read(fresh, file) !== read(committed, file));
  if (differing.length > 0) {
    console.error(`differs from ${from}: ${differing.join(', ')}; run npm run generate`);
    process.exitCode = 1;
  } else console.log(`${files.length} files from ${from}`);
}
