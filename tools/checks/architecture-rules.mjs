// The rules of architecture.json as dependency-cruiser rules. Paths are relative to the tree, with `/`.

/** The one file of universal code that may use Node's own modules (DESIGN: engines of `crypto`). */
const NODE_ENGINE = '^packages/crypto/src/engine\\.node\\.ts$';

/** Workspaces that are nothing but tests and their tools. */
const TEST_TOOLS = ['e2e', 'chaos', 'fuzz', 'power-cut', 'overdrive'];

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const anyOf = (parts) => `(${parts.join('|')})`;

/** Tests, and the suites that a package exports as `./testing`: code that may use test tools. */
const testCodeOf = (entry) =>
  TEST_TOOLS.includes(entry.dir)
    ? `^${entry.dir}/`
    : `^${literal(entry.dir)}/(.*\\.test\\.ts$|test/|src/testing(\\.ts$|/))`;

/** What non-test code, and what tests, of one workspace may import of the others. */
function arrowsOf(entry, packages) {
  const testsOnly = packages.filter((other) => other.testsOnly).map((other) => other.name);
  // A lower package cannot lean on a higher one even in its tests: that would be a cycle of packages.
  const below = packages.slice(0, packages.indexOf(entry)).map((other) => other.name);
  return {
    code: entry.may,
    tests: [...new Set([...entry.may, ...testsOnly.filter((name) => below.includes(name))])],
  };
}

/** All rules for the packages of architecture.json. */
export function architectureRules(packages) {
  const dirOf = new Map(packages.map((entry) => [entry.name, entry.dir]));
  const inside = (dirs) => anyOf(dirs.map((dir) => `^${literal(dir)}/`));
  const everything = inside(packages.map((entry) => entry.dir));
  const universal = inside(packages.filter((entry) => entry.runs === 'universal').map((entry) => entry.dir));
  const testsOnly = packages.filter((entry) => entry.testsOnly).map((entry) => entry.dir);
  const testCode = anyOf(packages.map(testCodeOf));

  /** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
  const forbidden = [
    { name: 'no-cycle', comment: 'modules import each other in a circle', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'the import leads nowhere',
      from: { path: everything },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-node-in-universal',
      comment: 'universal packages run in browsers too: time, randomness and network come in as arguments',
      from: { path: universal, pathNot: anyOf([testCode, NODE_ENGINE]) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'declared-dependency',
      comment: "code uses a package that its own package.json does not list under 'dependencies'",
      from: { path: everything, pathNot: testCode },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-test-code-in-code',
      comment: 'test code and compliance suites are for tests',
      from: { path: everything, pathNot: testCode },
      to: { path: testCode },
    },
    {
      name: 'screens-speak-local-api',
      comment: 'screens import nothing but local-api',
      from: { path: `^${literal(dirOf.get('app-cli') ?? 'apps/cli')}/src/screens/`, pathNot: testCode },
      to: { path: everything, pathNot: anyOf(['^packages/local-api/', '^apps/cli/']) },
    },
    {
      name: 'programs-load-late',
      comment:
        'the command loads the other programs with await import(), so that a screen starts without them',
      from: { path: '^apps/cli/src/' },
      to: {
        path: '^apps/(?!cli/)',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
  ];
  if (testsOnly.length > 0) {
    forbidden.push({
      name: 'tests-only-package',
      comment: 'this package exists for tests',
      from: { path: everything, pathNot: anyOf([testCode, ...testsOnly.map((dir) => `^${literal(dir)}/`)]) },
      to: { path: inside(testsOnly) },
    });
  }
  for (const entry of packages) {
    const others = inside(packages.filter((other) => other !== entry).map((other) => other.dir));
    const own = `^${literal(entry.dir)}/`;
    const { code, tests } = arrowsOf(entry, packages);
    const allow = (names) =>
      names.length > 0 ? { pathNot: inside(names.map((name) => dirOf.get(name))) } : {};
    forbidden.push(
      {
        name: `arrows-of-${entry.name}`,
        comment: `${entry.name} may import ${code.join(', ') || 'no other package'}`,
        from: { path: own, pathNot: testCode },
        to: { path: others, ...allow(code) },
      },
      {
        name: `arrows-of-tests-of-${entry.name}`,
        comment: `tests of ${entry.name} may import ${tests.join(', ') || 'no other package'}`,
        from: { path: testCodeOf(entry) },
        to: { path: others, ...allow(tests) },
      },
      {
        name: `door-of-${entry.name}`,
        comment: `${entry.name} is entered through its index.ts, its doors (or, by test code, testing.ts) only`,
        from: { path: others },
        to: {
          path: own,
          pathNot: `^${literal(entry.dir)}/src/${anyOf(['index', 'testing', ...(entry.doors ?? [])])}\\.ts$`,
        },
      },
    );
  }
  return forbidden;
}
