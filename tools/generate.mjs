// `npm run generate`: writes packages/protocol/src/generated from the .proto files beside it.
// `--check` writes nothing and exits 1 naming the files that differ.
import './setup/require-node.mjs';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './setup/root.mjs';
import { run } from './setup/run.mjs';

const protocol = join(root, 'packages/protocol');
const committed = join(protocol, 'src/generated');
const bin = join(root, 'node_modules/.bin');
const scratch = mkdtempSync(join(tmpdir(), 'sotto-generate-'));

try {
  const code = await run(
    process.execPath,
    [join(root, 'node_modules/@bufbuild/buf/bin/buf'), 'generate', '-o', scratch],
    {
      cwd: protocol,
      // buf finds the plugin protoc-gen-es by its name.
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    },
  );
  const fresh = join(scratch, 'src/generated');
  if (code !== 0 || !existsSync(fresh)) {
    console.error('buf generate failed');
    process.exitCode = 1;
  } else if (process.argv.includes('--check')) {
    compare(fresh);
  } else {
    rmSync(committed, { recursive: true, force: true });
    cpSync(fresh, committed, { recursive: true });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function compare(fresh) {
  const list = (dir) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  const files = [...new Set([...list(fresh), ...list(committed)])].sort();
  const read = (dir, file) =>
    existsSync(join(dir, file)) ? readFileSync(join(dir, file), 'utf8') : undefined;
  const differing = files.filter((file) => read(fresh, file) !== read(committed, file));
  if (differing.length > 0) {
    console.error(`differs from the .proto files: ${differing.join(', ')}; run npm run generate`);
    process.exitCode = 1;
  } else console.log(`${files.length} files`);
}
