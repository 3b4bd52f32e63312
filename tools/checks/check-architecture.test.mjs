import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../setup/root.mjs';
import { findViolations } from './check-architecture.mjs';

const packages = [
  { name: 'low', dir: 'packages/low', runs: 'universal', may: [] },
  { name: 'kit', dir: 'packages/kit', runs: 'universal', may: ['low'], testsOnly: true },
  { name: 'mid', dir: 'packages/mid', runs: 'universal', may: ['low'] },
  { name: 'server', dir: 'packages/server', runs: 'node', may: ['low'] },
];

/** A small tree that keeps all rules; each case below adds one file that breaks one. */
const CLEAN = {
  'packages/low/src/index.ts': "export { inner } from './inner.ts';\n",
  'packages/low/src/inner.ts': 'export const inner = 1;\n',
  'packages/low/src/testing.ts': 'export const suite = 1;\n',
  'packages/kit/src/index.ts': "export { inner as fake } from '@sotto/low';\n",
  'packages/mid/src/index.ts': "import { inner } from '@sotto/low';\nexport const mid = inner;\n",
  'packages/mid/src/mid.test.ts':
    "import { fake } from '@sotto/kit';\nimport { suite } from '@sotto/low/testing';\nimport { readFileSync } from 'node:fs';\n",
  'packages/server/src/index.ts':
    "import { readFileSync } from 'node:fs';\nexport { inner } from '@sotto/low';\n",
};

const BROKEN = [
  ['a circle', 'no-cycle', 'packages/low/src/inner.ts', "import './index.ts';\nexport const inner = 1;\n"],
  ['an import of nothing', 'resolvable', 'packages/low/src/extra.ts', "import './not-there.ts';\n"],
  ['node: in universal code', 'no-node-in-universal', 'packages/mid/src/extra.ts', "import 'node:fs';\n"],
  [
    'a type from node: in universal code',
    'no-node-in-universal',
    'packages/mid/src/extra.ts',
    "import type { Stats } from 'node:fs';\nexport type S = Stats;\n",
  ],
  ['an arrow not in the table', 'arrows-of-server', 'packages/server/src/extra.ts', "import '@sotto/mid';\n"],
  [
    'an upward arrow in a test',
    'arrows-of-tests-of-low',
    'packages/low/src/low.test.ts',
    "import '@sotto/kit';\n",
  ],
  [
    'a path around the door',
    'door-of-low',
    'packages/mid/src/extra.ts',
    "import '../../low/src/inner.ts';\n",
  ],
  [
    'a package for tests in code',
    'tests-only-package',
    'packages/mid/src/extra.ts',
    "import '@sotto/kit';\n",
  ],
  ['a suite in code', 'no-test-code-in-code', 'packages/mid/src/extra.ts', "import '@sotto/low/testing';\n"],
  ['an undeclared dependency', 'declared-dependency', 'packages/mid/src/extra.ts', "import 'fast-check';\n"],
];

let base = '';

function write(path, text) {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text);
}

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'sotto-architecture-'));
  mkdirSync(join(base, 'node_modules/@sotto'), { recursive: true });
  symlinkSync(join(root, 'node_modules/fast-check'), join(base, 'node_modules/fast-check'));
  const door = (file) => ({ source: `./src/${file}.ts`, default: `./dist/${file}.js` });
  for (const { name, dir, may } of packages) {
    write(
      `${dir}/package.json`,
      JSON.stringify({
        name: `@sotto/${name}`,
        type: 'module',
        exports: { '.': door('index'), './testing': door('testing') },
        dependencies: Object.fromEntries(may.map((other) => [`@sotto/${other}`, '1.0.0'])),
      }),
    );
    symlinkSync(join('../..', dir), join(base, 'node_modules/@sotto', name));
  }
  for (const [path, text] of Object.entries(CLEAN)) write(path, text);
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

const namesOf = (violations) => violations.map((text) => /\[([\w-]+):/.exec(text)?.[1]);

describe('the architecture check', () => {
  it('finds nothing wrong with a tree that keeps the rules, and has read all of it', async () => {
    const { violations, modules, arrows } = await findViolations(base, packages);
    expect(violations).toEqual([]);
    expect(modules.toSorted()).toEqual(Object.keys(CLEAN).toSorted());
    expect(arrows).toBe(5);
  });

  it.each(BROKEN)('finds %s', async (_, rule, path, text) => {
    write(path, text);
    try {
      const { violations } = await findViolations(base, packages);
      expect(namesOf(violations)).toContain(rule);
    } finally {
      if (CLEAN[path]) write(path, CLEAN[path]);
      else rmSync(join(base, path));
    }
  });
});
