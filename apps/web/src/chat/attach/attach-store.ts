import { LocalApiError } from '@sotto/local-api';
import { create } from 'zustand';
import { useApp } from '../../state/app-store.ts';
import { api } from '../../state/connection.ts';
import { showOwn } from '../items-store.ts';
import { drop, handOver } from './hand-over.ts';
import { judgeFiles, type Offered, type Refused } from './judge-files.ts';

export interface Attached extends Offered {
  readonly key: number;
  readonly file: File;
}

/** Files on their way to the owner of the profile. */
interface Handing {
  /** Bytes. */
  readonly done: number;
  readonly size: number;
  readonly stop: () => void;
}

/** What waits in one chat to be sent with the next message. */
interface Attaching {
  readonly files: readonly Attached[];
  readonly refused: readonly Refused[];
  readonly handing: Handing | undefined;
  /** Messages with files that were sent from here: the composer is done with what stood in it. */
  readonly sent: number;
}

const NOTHING: Attaching = { files: [], refused: [], handing: undefined, sent: 0 };

/** By account. In memory only: a page that is loaded anew has no leave of the browser to read the files again. */
const useAttaching = create<{ readonly byChat: ReadonlyMap<string, Attaching> }>(() => ({
  byChat: new Map(),
}));

/** Browsers ask in words of their own before they leave a page that does this. */
const askFirst = (event: BeforeUnloadEvent): void => event.preventDefault();

// Only while something would be lost: who has nothing attached is not asked.
useAttaching.subscribe(({ byChat }) => {
  const hasFiles = [...byChat.values()].some(({ files }) => files.length > 0);
  if (hasFiles) addEventListener('beforeunload', askFirst);
  else removeEventListener('beforeunload', askFirst);
});

let lastKey = 0;

export function useAttached(account: string): Attaching {
  return useAttaching(({ byChat }) => byChat.get(account) ?? NOTHING);
}

export function hasAttached(account: string): boolean {
  return attachedTo(account).files.length > 0;
}

function attachedTo(account: string): Attaching {
  return useAttaching.getState().byChat.get(account) ?? NOTHING;
}

function change(account: string, next: Partial<Attaching>): void {
  useAttaching.setState(({ byChat }) => ({
    byChat: new Map([...byChat, [account, { ...(byChat.get(account) ?? NOTHING), ...next }]]),
  }));
}

/** Attach what may be, and say of the rest why not. */
export function attach(account: string, offered: readonly { file: File; isFolder?: boolean }[]): void {
  const { files, handing } = attachedTo(account);
  if (handing !== undefined) return;
  const named = offered.map(({ file, isFolder = false }) => {
    lastKey += 1;
    return { key: lastKey, file, isFolder, name: file.name, size: file.size };
  });
  const carriesFiles = useApp.getState().account?.directory !== null;
  const { taken, refused } = judgeFiles(named, { attached: files.length, carriesFiles });
  change(account, { files: [...files, ...taken], refused });
}

export function detach(account: string, key: number): void {
  const { files } = attachedTo(account);
  change(account, { files: files.filter((one) => one.key !== key), refused: [] });
}

/** It was read. */
export function forgetRefused(account: string): void {
  if (attachedTo(account).refused.length > 0) change(account, { refused: [] });
}

/**
 * Send a text with what is attached. Resolves to whether it is on disk; not when it was stopped. Rejects with
 * LocalApiError; then everything is as it was.
 */
export async function sendAttached(account: string, text: string): Promise<boolean> {
  const { files, sent, handing } = attachedTo(account);
  if (handing !== undefined) return false;
  const abort = new AbortController();
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const shown = { size, stop: () => abort.abort() };
  change(account, { handing: { ...shown, done: 0 }, refused: [] });
  try {
    const to = api();
    const given = await handOver(
      to,
      files.map(({ file }) => file),
      { signal: abort.signal, onProgress: (done) => change(account, { handing: { ...shown, done } }) },
    );
    try {
      await showOwn(() => to.call('send', { to: account, text, files: [...given] }));
    } catch (error) {
      await drop(to, given);
      throw error;
    }
    change(account, { files: [], sent: sent + 1 });
    return true;
  } catch (error) {
    if (error instanceof LocalApiError && error.code === 'cancelled') return false;
    throw error;
  } finally {
    change(account, { handing: undefined });
  }
}
