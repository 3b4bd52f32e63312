import { type ChatItemValue, type LocalApi, MAX_PAGE } from '@sotto/local-api';
import { EXPORT_TAIL, exportChat, exportHead } from './export-document.ts';

export interface ExportProgress {
  readonly chats: number;
  readonly of: number;
  readonly messages: number;
}

interface Request {
  readonly api: Pick<LocalApi, 'call'>;
  readonly program: string;
  readonly now: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExportProgress) => void;
}

/**
 * Read everything that the export holds, page by page and one thing at a time, so that chatting goes on
 * meanwhile. Resolves to the parts of the file; rejects with LocalApiError, `cancelled` after the signal.
 */
export async function collectExport({ api, program, now, signal, onProgress }: Request): Promise<string[]> {
  const account = await api.call('account.show', {}, { signal });
  const { contacts } = await api.call('contacts.list', {}, { signal });
  const chats = await listChats(api, signal);
  const parts = [exportHead({ account, contacts, program, now })];
  let messages = 0;
  const tell = (done: number) => onProgress({ chats: done, of: chats.length, messages });
  tell(0);
  for (const [at, who] of chats.entries()) {
    const items = await readChat({ api, signal, who }, (count) => {
      messages += count;
      tell(at);
    });
    parts.push(exportChat(who, items, at === 0));
    tell(at + 1);
  }
  parts.push(EXPORT_TAIL);
  return parts;
}

async function listChats(api: Request['api'], signal: AbortSignal): Promise<string[]> {
  const found = new Set<string>();
  for (let from: number | null = 0; from !== null; ) {
    const page: { chats: { contact: { account_id: string } }[]; next: number | null } = await api.call(
      'chats.list',
      { from, limit: MAX_PAGE },
      { signal },
    );
    for (const { contact } of page.chats) found.add(contact.account_id);
    from = page.next;
  }
  return [...found];
}

/** From the newest page back, because what comes meanwhile comes at the end. */
async function readChat(
  { api, signal, who }: Pick<Request, 'api' | 'signal'> & { readonly who: string },
  onPage: (items: number) => void,
): Promise<ChatItemValue[]> {
  const pages: ChatItemValue[][] = [];
  for (let before: number | undefined; ; ) {
    const page: { items: ChatItemValue[]; has_before: boolean } = await api.call(
      'chats.read',
      { who, limit: MAX_PAGE, ...(before === undefined ? {} : { before }) },
      { signal },
    );
    pages.push(page.items);
    onPage(page.items.length);
    before = page.items[0]?.sequence;
    if (!page.has_before || before === undefined) return pages.reverse().flat();
  }
}
