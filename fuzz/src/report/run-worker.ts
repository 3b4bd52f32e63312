import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, Progress, RunResult } from '../engine/run-target.ts';
import { findTarget } from '../targets/find-target.ts';
import type { WorkerReport } from '../worker.ts';
import { readBatch } from './batch-file.ts';

/** No batch of an honest door takes so long, milliseconds: 256 inputs that are each just not slow. */
const SILENCE = 60_000;
/** Until a target is loaded; a busy machine takes its time. */
const LOADING = 120_000;
/** One input alone. */
const SILENCE_OF_ONE = 10_000;

export interface WorkerRun {
  readonly target: string;
  readonly seed: string;
  readonly inputs: number;
  readonly milliseconds?: number;
  readonly guided: boolean;
  readonly onProgress: (progress: Progress) => void;
  /** How long without a word counts as a hang; for tests. */
  readonly silence?: number;
}

/** Run a target in a process of its own. One that hangs or ends is asked once more which input it was. */
export async function runWorker(run: WorkerRun): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-fuzz-batch-'));
  const batch = join(folder, 'batch');
  const started = performance.now();
  let last: Progress = { inputs: 0, taken: 0, findings: 0 };
  let result: RunResult | undefined;
  try {
    const args = [...nameOf(run), '--seed', run.seed, '--inputs', String(run.inputs), '--batch', batch];
    if (run.milliseconds !== undefined) args.push('--milliseconds', String(run.milliseconds));
    if (run.guided) args.push('--guided');
    const end = await watch(args, run.silence ?? SILENCE, (report) => {
      if (report.kind === 'result') result = report.result;
      if (report.kind === 'progress') {
        last = report.progress;
        run.onProgress(last);
      }
    });
    if (result !== undefined) return result;
    const found = await findCulprit(run, batch, end);
    const seconds = (performance.now() - started) / 1000;
    return {
      ...last,
      findings: last.findings + 1,
      target: run.target,
      seconds,
      slowest: 0,
      found: [found],
      blocks: 0,
      corpus: 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nameOf({ target }: WorkerRun): readonly string[] {
  return ['--target', target, '--family', findTarget(target).family];
}

type End = { readonly why: 'hang' | 'crash'; readonly what: string };

/** Each input of the last batch alone: the last one that was begun is the one that never came back. */
async function findCulprit(run: WorkerRun, batch: string, end: End): Promise<Finding> {
  const common = { target: run.target, why: end.why, seed: run.seed };
  if (!existsSync(batch))
    return { ...common, what: `${end.what}, before the first input`, input: '', index: 0 };
  let index = 0;
  const silence = Math.min(SILENCE_OF_ONE, run.silence ?? SILENCE_OF_ONE);
  const again = await watch(['--replay', ...nameOf(run), '--batch', batch], silence, (report) => {
    if (report.kind === 'next') index = report.index;
  });
  const input = readBatch(batch)[index] ?? new Uint8Array(0);
  const what =
    again.why === 'crash' && again.what === 'exit 0'
      ? `${end.what}; not again by any one input of its batch`
      : end.what;
  return { ...common, what, input: Buffer.from(input).toString('base64'), index };
}

/** Until it ends, or says nothing for too long. */
function watch(
  args: readonly string[],
  silence: number,
  onReport: (report: WorkerReport) => void,
): Promise<End> {
  return new Promise((resolve) => {
    const child: ChildProcess = fork(WORKER, args, {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2_000);
    });
    let why: End['why'] = 'crash';
    const hang = (): void => {
      why = 'hang';
      child.kill('SIGKILL');
    };
    let timer = setTimeout(hang, LOADING);
    child.on('message', (report: WorkerReport) => {
      clearTimeout(timer);
      timer = setTimeout(hang, silence);
      onReport(report);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const how = signal === null ? `exit ${code}` : `ended by ${signal}`;
      const what = why === 'hang' ? `no answer for ${silence / 1000} s` : how;
      resolve({
        why,
        what: complaint === '' ? what : `${what}\n${complaint.trim().split('\n').slice(0, 6).join('\n')}`,
      });
    });
  });
}

/** Compiled, also for tests, which run this file from its source. */
const WORKER = new URL('../../dist/worker.js', import.meta.url);
