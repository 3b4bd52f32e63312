import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { root } from '../setup/root.mjs';
import { capture } from '../setup/run.mjs';
import { architectureRules } from './architecture-rules.mjs';
import { sourceFiles } from './source-files.mjs';
import { unshippedSources } from './unshipped-sources.mjs';

/** Fewer modules or arrows than this means that the tool is blind, not that the tree is small. */
const LEAST_MODULES = 50;
const LEAST_ARROWS = 20;

/** The arrows between packages are those of architecture.json, in manifests, in tsconfigs and in the code. */
export async function checkArchitecture() {
  const { packages } = JSON.parse(readFileSync(join(root, 'architecture.json'), 'utf8'));
  /** @type {string[]} */
  const problems = [];

  const sync = await capture(process.execPath, ['tools/sync-workspace.mjs', '--check']);
  if (sync.code !== 0) problems.push(sync.output.trim());
  const lock = await capture(process.execPath, ['tools/complete-lockfile.mjs', '--check']);
  if (lock.code !== 0) problems.push(lock.output.trim());

  const { violations, modules, arrows } = await findViolations(root, packages);
  problems.push(...violations);

  // A parser that does not know our files finds nothing wrong with them. It must have read each one.
  const read = new Set(modules);
  const unread = sourceFiles(packages.map((entry) => entry.dir)).filter((file) => !read.has(file));
  if (unread.length > 0) problems.push(`not looked at: ${unread.join(', ')}`);
  if (modules.length < LEAST_MODULES) problems.push(`saw only ${modules.length} modules`);
  if (arrows < LEAST_ARROWS) problems.push(`saw only ${arrows} imports from one package of another`);
  const empty = packages.filter((entry) => sourceFiles([entry.dir]).length === 0).map((entry) => entry.name);
  if (empty.length > 0) problems.push(`packages without a source file: ${empty.join(', ')}`);

  return { problems, note: `${modules.length} modules, ${arrows} imports between packages` };
}

/** What dependency-cruiser says about the tree at `base`: violations in words, modules read, arrows seen. */
export async function findViolations(base, packages) {
  const { output } = await cruise(
    packages.map((entry) => entry.dir),
    {
      baseDir: base,
      validate: true,
      ruleSet: { forbidden: architectureRules(packages) },
      exclude: { path: '(^|/)(dist|vectors)/' },
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: true,
    },
    {
      conditionNames: ['source', 'node', 'import', 'types', 'default'],
      exportsFields: ['exports'],
      alias: unshippedSources(base, packages),
    },
  );
  if (typeof output === 'string') throw new Error(output);
  const own = output.modules.filter((module) =>
    packages.some((entry) => module.source.startsWith(`${entry.dir}/`)),
  );
  const dirOf = (source) => packages.find((entry) => source.startsWith(`${entry.dir}/`))?.dir;
  const arrows = own.flatMap((module) =>
    module.dependencies.filter((to) => dirOf(to.resolved) && dirOf(to.resolved) !== dirOf(module.source)),
  );
  const comments = new Map(architectureRules(packages).map((rule) => [rule.name, rule.comment]));
  const violations = output.summary.violations.map(({ rule, from, to, cycle }) => {
    const path = cycle ? [from, ...cycle.map((step) => step.name ?? step)].join(' -> ') : `${from} -> ${to}`;
    return `${path} [${rule.name}: ${comments.get(rule.name)}]`;
  });
  return { violations, modules: own.map((module) => module.source), arrows: arrows.length };
}
