import type { LocalApi } from '@sotto/local-api';
import type { Screen } from '../screen.ts';
import { describeSize } from './describe-files.ts';

/** Least pause between two lines. */
const EVERY_MS = 2_000;

/** Tell a person how far the files of a message have come; programs are told results only. Returns what ends it. */
export function showProgress(api: LocalApi, message: string, { output, terminal }: Screen): () => void {
  if (output.json || terminal.stderr.isTTY !== true) return () => undefined;
  let told = performance.now();
  const stop = api.onEvent((event) => {
    if (event.event !== 'file' || event.id !== message || performance.now() - told < EVERY_MS) return;
    told = performance.now();
    const { name, done, size } = event.file;
    output.note(`sending ${name ?? 'a file'}: ${describeSize(done)} of ${describeSize(size)}`);
  });
  // Without it there is no progress to tell, and nothing else is lost.
  api.call('events.subscribe', {}).catch(() => undefined);
  return stop;
}
