import { type FileValue, type LocalApi, LocalApiError } from '@sotto/local-api';
import type { Output } from '../../output.ts';
import { type AttachmentLine, attachmentLine } from './attachment-line.ts';
import { describeSize } from './describe-files.ts';
import { saveFile } from './save.ts';

interface Saving {
  readonly folder: string;
  /** Milliseconds without any progress, after which it is left for another time. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly output: Output;
  /** There is a person who looks on. */
  readonly shown: boolean;
}

/** Pause between two looks at a file that is on its way. */
const LOOK_MS = 250;

/** Have files of a message fetched, and saved. What cannot be had, or not now, is told as it is. */
export async function fetchAndSave(
  api: LocalApi,
  files: readonly FileValue[],
  saving: Saving,
): Promise<readonly AttachmentLine[]> {
  const lines: AttachmentLine[] = [];
  for (const file of files) lines.push(await fetchOne(api, file, saving));
  return lines;
}

async function fetchOne(api: LocalApi, file: FileValue, saving: Saving): Promise<AttachmentLine> {
  try {
    const here = await waitUntilHere(api, file, saving);
    if (here.state !== 'here') return attachmentLine(here);
    return { ...attachmentLine(here), path: await saveFile(api, here, saving.folder, saving.signal) };
  } catch (error) {
    // Of a request, or of an account without the onion road: said, and the message is shown all the same.
    if (error instanceof LocalApiError && error.code === 'not-possible') {
      return { ...attachmentLine(file), problem: error.message };
    }
    throw error;
  }
}

async function waitUntilHere(api: LocalApi, file: FileValue, saving: Saving): Promise<FileValue> {
  const { signal, patience, output, shown } = saving;
  let seen = await api.call('files.fetch', { id: file.id }, { signal });
  let since = performance.now();
  let told = since;
  while (seen.state === 'fetching' && performance.now() - since < patience) {
    await new Promise<void>((resolve) => setTimeout(resolve, LOOK_MS));
    const next = await api.call('files.show', { id: file.id }, { signal });
    if (next.done !== seen.done || next.state !== seen.state) since = performance.now();
    seen = next;
    if (!shown || performance.now() - told < 2_000) continue;
    told = performance.now();
    output.note(
      `fetching ${file.name ?? 'a file'}: ${describeSize(seen.done)} of ${describeSize(seen.size)}`,
    );
  }
  return seen;
}
