import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/root.mjs';

/**
 * A vitest reporter that adds one line of JSON per run to the file named by SOTTO_TEST_RESULTS. Several runs
 * (two Node versions) end up in one file, which `print-results.mjs` reads.
 */
export default class RecordResults {
  onTestRunEnd(modules, unhandledErrors) {
    const results = process.env.SOTTO_TEST_RESULTS;
    if (!results) return;
    const tests = [];
    const broken = [];
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      // A file that fails to load, or whose hooks fail, has errors of its own and may have no tests.
      if (module.errors().length > 0) broken.push(file);
      for (const test of module.children.allTests()) {
        tests.push({
          name: `${file} > ${test.fullName}`,
          project: module.project.name,
          state: test.result().state,
          milliseconds: test.diagnostic()?.duration ?? 0,
        });
      }
    }
    const label = process.env.SOTTO_TEST_RUN ?? `Node ${process.version}`;
    const line = JSON.stringify({ label, tests, broken, unhandled: unhandledErrors.length });
    appendFileSync(results, `${line}\n`);
  }
}
