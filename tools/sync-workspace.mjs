// Writes what follows from architecture.json: the workspace list (lowest first), each package's
// dependencies on @sotto packages, its tsconfig, and the picture and table in ARCHITECTURE.md.
// `--check` writes nothing and exits 1 naming the files that differ.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './setup/root.mjs';

const check = process.argv.includes('--check');
const { packages } = JSON.parse(readFileSync(join(root, 'architecture.json'), 'utf8'));
const byName = new Map(packages.map((entry) => [entry.name, entry]));
const differing = [];

/** Write a file, or with --check note that it would change. */
function emit(path, text) {
  const file = join(root, path);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before === text) return;
  if (check) differing.push(path);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const readManifest = (entry) => {
  const file = join(root, entry.dir, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
};

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** Replace what stands between two marker comments. */
function between(text, name, body) {
  const start = `<!-- ${name}: generated from architecture.json -->`;
  const end = `<!-- /${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) return text;
  return `${text.slice(0, from + start.length)}\n${body}\n${text.slice(to)}`;
}

const PAGE = {
  lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'],
  jsx: 'react-jsx',
  module: 'preserve',
  moduleResolution: 'bundler',
  types: ['vite/client'],
  // Class names of a style sheet are an open record.
  noPropertyAccessFromIndexSignature: false,
};

const seen = new Set();
for (const entry of packages) {
  for (const target of entry.may) {
    if (!seen.has(target)) {
      console.error(`architecture.json: ${entry.name} may import ${target}, which is not listed below it`);
      process.exit(1);
    }
  }
  // What tests need counts too: a package whose tests lean on a higher one cannot be built and tested bottom up.
  const { devDependencies = {} } = readManifest(entry);
  for (const name of Object.keys(devDependencies).filter((key) => key.startsWith('@sotto/'))) {
    const target = name.slice('@sotto/'.length);
    if (!seen.has(target) || !(entry.may.includes(target) || byName.get(target).testsOnly)) {
      console.error(`${entry.dir}/package.json: tests of ${entry.name} may not depend on ${name}`);
      process.exit(1);
    }
  }
  seen.add(entry.name);
}

const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
rootManifest.workspaces = packages.map((entry) => entry.dir);
emit('package.json', json(rootManifest));

for (const entry of packages) {
  const manifest = readManifest(entry);
  const outside = Object.entries(manifest.dependencies ?? {}).filter(([name]) => !name.startsWith('@sotto/'));
  const inside = entry.may.map((name) => [`@sotto/${name}`, rootManifest.version]);
  const dependencies = Object.fromEntries([...inside, ...outside].sort(([a], [b]) => (a < b ? -1 : 1)));
  // The subpath "./testing" exists where a package exports its compliance suites.
  const testing = existsSync(join(root, entry.dir, 'src/testing.ts'));
  const exportOf = (file) => ({
    source: `./src/${file}.ts`,
    types: `./dist/${file}.d.ts`,
    default: `./dist/${file}.js`,
  });
  const doors = [...(entry.doors ?? []), ...(testing ? ['testing'] : [])];
  const next = {
    name: `@sotto/${entry.name}`,
    version: rootManifest.version,
    private: true,
    description: entry.is,
    license: rootManifest.license,
    type: 'module',
    ...(manifest.bin ? { bin: manifest.bin } : {}),
    ...(manifest.imports ? { imports: manifest.imports } : {}),
    // Nobody imports the workspaces at the top level (bench, e2e).
    ...(entry.dir.includes('/')
      ? {
          exports: {
            '.': exportOf('index'),
            ...Object.fromEntries(doors.map((door) => [`./${door}`, exportOf(door)])),
          },
        }
      : {}),
    dependencies,
    ...(manifest.devDependencies ? { devDependencies: manifest.devDependencies } : {}),
  };
  emit(join(entry.dir, 'package.json'), json(next));

  const up = relative(join(root, entry.dir), root);
  const config = {
    extends: `${up}/tsconfig.base.json`,
    compilerOptions: {
      rootDir: 'src',
      outDir: 'dist',
      tsBuildInfoFile: 'dist/.tsbuildinfo',
      // protobuf-es writes enums, which our own code does without.
      ...(entry.generated ? { erasableSyntaxOnly: false } : {}),
      ...(entry.runs === 'node' ? { types: ['node'] } : {}),
      // The bundler resolves what a page imports; types of a page are checked here, its files are made by Vite.
      ...(entry.runs === 'browser' ? PAGE : {}),
    },
    include: ['src', ...(entry.runs === 'universal' ? [`${up}/platform.d.ts`] : [])],
    exclude: ['src/**/*.test.ts', ...(entry.runs === 'browser' ? ['src/**/*.test.tsx'] : [])],
    references: entry.may.map((name) => ({
      path: relative(join(root, entry.dir), join(root, byName.get(name).dir)),
    })),
  };
  emit(join(entry.dir, 'tsconfig.json'), json(config));
}
emit('tsconfig.json', json({ files: [], references: packages.map((entry) => ({ path: entry.dir })) }));

const architecture = join(root, 'ARCHITECTURE.md');
if (existsSync(architecture)) {
  let text = readFileSync(architecture, 'utf8');
  // Only the shortest arrows are drawn: one that another path already implies adds ink, not news.
  const reach = (name) => new Set(byName.get(name).may.flatMap((target) => [target, ...reach(target)]));
  const drawn = packages.flatMap((entry) =>
    entry.may
      .filter((target) => !entry.may.some((other) => other !== target && reach(other).has(target)))
      .map((target) => `  ${entry.name} --> ${target}`),
  );
  text = between(text, 'picture', ['```mermaid', 'graph BT', ...drawn, '```'].join('\n'));
  const rows = packages.map((entry) => `| [\`${entry.name}\`](${entry.dir}) | ${entry.is} | ${entry.runs} |`);
  text = between(text, 'packages', ['| package | is | runs in |', '|---|---|---|', ...rows].join('\n'));
  emit('ARCHITECTURE.md', text);
}

if (differing.length > 0) {
  console.error(`differs from architecture.json: ${differing.join(', ')}; run npm run sync:workspace`);
  process.exit(1);
}
