import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { judgeTwice } from './engine/judge.ts';
import { type Progress, type RunResult, runTarget } from './engine/run-target.ts';
import { readBatch, writeBatch } from './report/batch-file.ts';
import { loadTarget } from './targets/load-target.ts';

/**
 * One target in a process of its own, so that whatever it does ends there. Two ways: a run
 * (`--family --target --seed --inputs`), or the inputs of a batch file one by one (`--replay`), which is how an input
 * that hangs or kills is found out. Reports over the IPC channel.
 */
export type WorkerReport =
  /** From here on silence means something. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: RunResult }
  /** This input of the replayed batch comes next. */
  | { readonly kind: 'next'; readonly index: number };

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: '' },
    family: { type: 'string', default: '' },
    seed: { type: 'string', default: '' },
    inputs: { type: 'string', default: '0' },
    milliseconds: { type: 'string' },
    batch: { type: 'string', default: '' },
    guided: { type: 'boolean', default: false },
    replay: { type: 'boolean', default: false },
  },
});

const target = await loadTarget(values.family, values.target);
await report({ kind: 'loaded' });
if (values.replay) {
  const parser = await target.open();
  for (const [index, input] of readBatch(values.batch).entries()) {
    await report({ kind: 'next', index });
    await judgeTwice(target, parser, input);
  }
  await parser.close?.();
} else {
  let told = 0;
  const result = await runTarget(target, {
    seed: values.seed,
    inputs: Number(values.inputs),
    ...(values.milliseconds === undefined ? {} : { milliseconds: Number(values.milliseconds) }),
    guided: values.guided,
    onBatch: (_first, batch) => writeFileSync(values.batch, writeBatch(batch)),
    onProgress: (progress) => {
      if (performance.now() - told < 250) return;
      told = performance.now();
      void report({ kind: 'progress', progress });
    },
  });
  await report({ kind: 'result', result });
}
process.disconnect?.();

function report(message: WorkerReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });
}
