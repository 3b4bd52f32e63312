import {
  type Client,
  type FileState,
  type FileView,
  formatMessageId,
  type StoredMessage,
} from '@sotto/client';
import type { FileValue, LocalEvent } from '@sotto/local-api';
import { problemValue } from './problem-values.ts';

/** Files, in the words of the local API. */

const STATES: Readonly<Partial<Record<FileState, string>>> = {
  waiting: 'sending',
  stored: 'sent',
  wanted: 'fetching',
};

export function fileValue(file: FileView): FileValue {
  const { id, direction, place, name, type, size, width, height, state, done, readable, problem } = file;
  return {
    ...{ id, direction, place, name: name ?? null, type, size },
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    state: STATES[state] ?? state,
    ...{ done, readable },
    ...(problem === undefined ? {} : problemValue({ problem })),
  };
}

/** Undefined for a file that no message has. */
export function fileEvent(file: FileView): LocalEvent | undefined {
  const { chat, message } = file;
  if (chat === undefined || message === undefined) return undefined;
  return { event: 'file', account_id: chat, id: formatMessageId(message), file: fileValue(file) };
}

/** Only of messages that have some is anything read. */
export async function filesOf(
  client: Client,
  { id, files = 0 }: StoredMessage,
): Promise<readonly FileValue[]> {
  return files === 0 ? [] : (await client.filesOf(id)).map(fileValue);
}
