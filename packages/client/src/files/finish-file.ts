import { encodeMessage } from '../conversation/encode-message.ts';
import { queueAgain } from '../conversation/queue-again.ts';
import { stateEvent } from '../conversation/tell-state.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { StoredFile, StoredMessage } from '../ports/store.ts';
import type { Problem } from '../problems/problem.ts';
import { viewFile } from './view-file.ts';

/** Storage nodes have all of it. When they have all files of its message, that takes its place in the outbox. */
export function finishUpload(core: Core, id: string): Promise<void> {
  return core.unit(async (work) => {
    const before = await core.store.file(id);
    if (before?.state !== 'waiting' || before.message === undefined) return;
    putFile(work, without(before, { state: 'stored' }));
    const files = await core.store.filesOf(before.message);
    if (files.some((file) => file.id !== id && file.state !== 'stored')) return;
    const message = await core.store.message(before.message);
    if (message?.state !== 'queued') return;
    const failed = await core.store.failedText(message.id);
    if (failed === undefined) await encodeMessage(core, work, message, files);
    else await queueAgain(core, work, message, failed);
  });
}

export function finishDownload(core: Core, id: string): Promise<void> {
  return core.unit(async (work) => {
    const before = await core.store.file(id);
    if (before?.state === 'wanted') putFile(work, without(before, { state: 'here' }));
  });
}

/** It will not be carried any further by itself; with one that is sent its message fails. */
export function failFile(core: Core, id: string, problem: Problem): Promise<void> {
  return core.unit(async (work) => {
    const file = await core.store.file(id);
    if (file?.state === 'wanted') putFile(work, { ...file, state: 'failed', problem });
    if (file?.state === 'waiting') await failWaiting(core, work, file, problem);
  });
}

/** Its message fails, and the others that wait with it. */
export async function failWaiting(
  core: Core,
  work: Work,
  { message: id }: StoredFile,
  problem: Problem,
): Promise<void> {
  if (id === undefined) return;
  for (const file of await core.store.filesOf(id)) {
    if (file.state === 'waiting') putFile(work, { ...file, state: 'failed', problem });
  }
  const message = await core.store.message(id);
  if (message !== undefined) restate(work, message, 'failed', problem);
}

/** It waits, and why. */
export function noteWaiting(core: Core, id: string, problem: Problem): Promise<void> {
  return core.unit(async (work) => {
    const file = await core.store.file(id);
    if (file === undefined || file.problem === problem) return;
    if (file.state !== 'waiting' && file.state !== 'wanted') return;
    putFile(work, { ...file, problem });
    const message =
      file.state === 'waiting' && file.message ? await core.store.message(file.message) : undefined;
    if (message?.state === 'queued') restate(work, message, 'queued', problem);
  });
}

export function putFile(work: Work, file: StoredFile): void {
  work.change({ kind: 'put-file', file });
  work.after(() => ({ event: 'file', file: viewFile(file) }));
}

export function without(file: StoredFile, change: Partial<StoredFile>): StoredFile {
  const { problem: _, ...rest } = file;
  return { ...rest, ...change };
}

function restate(
  work: Work,
  { sequence: _, problem: __, ...kept }: StoredMessage,
  state: 'queued' | 'failed',
  problem?: Problem,
): void {
  const message = { ...kept, state, ...(problem === undefined ? {} : { problem }) };
  work.change({ kind: 'put-message', message });
  work.after(() => stateEvent(message));
}
