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
    const files = [];
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      // A file that fails to load, or whose hooks fail, has errors of its own and may have no tests.
      const errors = module.errors();
      if (errors.length > 0) broken.push(`${file}: ${words(errors)}`);
      files.push({ file, project: module.project.name, milliseconds: module.diagnostic().duration });
      for (const test of module.children.allTests()) {
        const { state, errors: failed = [] } = test.result();
        tests.push({
          name: `${file} > ${test.fullName}`,
          project: module.project.name,
          state,
          problem: state === 'failed' ? words(failed) : undefined,
          milliseconds: test.diagnostic()?.duration ?? 0,
        });
      }
    }
    const label = process.env.SOTTO_TEST_RUN ?? `Node ${process.version}`;
    const line = JSON.stringify({ label, tests, files, broken, unhandled: unhandledErrors.length });
    appendFileSync(results, `${line}\n`);
  }
}

/** As much of an error as tells which expectation failed: whoever reads only the end of a run has nothing else. */
const MAX_PROBLEM = 600;

function words(errors) {
  return errors
    .map(({ message, stacks }) => {
      const [at] = stacks ?? [];
      const place = at === undefined ? '' : ` (${relative(root, at.file)}:${at.line})`;
      return `${String(message).slice(0, MAX_PROBLEM)}${place}`;
    })
    .join('; ');
}
