import { type FileValue, LocalApiError } from '@sotto/local-api';
import i18next from 'i18next';
import { isolated } from '../../contact/name-of.ts';
import { api, onEvent } from '../../state/connection.ts';
import { say } from '../../ui/toast.tsx';
import { describeError } from '../../ui/use-action.ts';
import { fileProblem } from './file-problem.ts';

/** What this page was told to save and is being fetched; it is saved when it is here. */
const wanted = new Set<string>();
let following = false;

/** Save a file where the browser keeps downloads. What is not here yet is fetched first. */
export async function saveFile(file: FileValue): Promise<void> {
  if (!following) onEvent((event) => event.event === 'file' && follow(event.file));
  following = true;
  try {
    if (file.readable) return await download(file);
    wanted.add(file.id);
    follow(await api().call('files.fetch', { id: file.id }));
  } catch (error) {
    wanted.delete(file.id);
    say(describeError(error));
  }
}

/** Stop sending or fetching it. */
export async function stopFile({ id }: FileValue): Promise<void> {
  wanted.delete(id);
  try {
    await api().call('files.cancel', { id });
  } catch (error) {
    // It was done in the meantime.
    if (!(error instanceof LocalApiError && error.code === 'not-possible')) say(describeError(error));
  }
}

function follow(file: FileValue): void {
  if (!wanted.has(file.id)) return;
  if (file.readable) {
    wanted.delete(file.id);
    download(file).catch((error: unknown) => say(describeError(error)));
  } else if (file.state === 'failed') {
    wanted.delete(file.id);
    const words = fileProblem(file, i18next.getFixedT(null, 'chat'));
    if (words !== undefined) say(i18next.t('files.failed', { ns: 'chat', name: nameOf(file), why: words }));
  }
}

async function download(file: FileValue): Promise<void> {
  const { path } = await api().call('app.download', { id: file.id });
  const link = document.createElement('a');
  link.href = path;
  // The page's own server says the name, too, and that it is not to be shown.
  link.download = file.name ?? '';
  link.click();
  say(i18next.t('files.saved', { ns: 'chat', name: nameOf(file) }));
}

function nameOf({ name }: FileValue): string {
  return isolated(name ?? i18next.t('files.nameless', { ns: 'chat' }));
}
