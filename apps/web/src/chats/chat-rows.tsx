import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso';
import { useChats } from '../state/chats-store.ts';
import { ChatRow } from './chat-row.tsx';
import styles from './chat-rows.module.css';
import { rowBeginning } from './listed.ts';
import { useTypeahead } from './use-typeahead.ts';

interface Props {
  readonly label: string;
  readonly accounts: readonly string[];
  readonly current: string | undefined;
  readonly onOpen: (account: string) => void;
}

const PAGE_ROWS = 10;

/** Rows of chats: one stop for Tab, arrows within, Enter opens. Only what is on screen is rendered. */
export function ChatRows({ label, accounts, current, onOpen }: Props) {
  const { t } = useTranslation();
  const list = useRef<VirtuosoHandle>(null);
  const root = useRef<HTMLElement | null>(null);
  const [focused, setFocused] = useState<string>();
  const typeahead = useTypeahead();
  const stop =
    [focused, current].find((each) => each !== undefined && accounts.includes(each)) ?? accounts[0];
  const focus = (at: number) => {
    const account = accounts[at];
    if (account === undefined) return;
    setFocused(account);
    list.current?.scrollIntoView({ index: at, done: () => focusRow(root.current, account) });
  };
  const take = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || stop === undefined) return;
    const at = accounts.indexOf(stop);
    const to = targetOf(event.key, at, accounts.length);
    if (to !== undefined) focus(to);
    else if (event.key === 'Enter' || event.key === ' ') onOpen(stop);
    else if (event.key.length === 1) {
      const { byId } = useChats.getState();
      const names = accounts.map((account) => byId.get(account)?.contact.name ?? t('unnamed'));
      const found = rowBeginning(names, typeahead(event.key), at);
      if (found !== undefined) focus(found);
    } else return;
    event.preventDefault();
  };
  return (
    <div className={styles.rows}>
      <Virtuoso
        ref={list}
        className={styles.scroller ?? ''}
        role="listbox"
        aria-label={label}
        onKeyDown={take}
        tabIndex={-1}
        scrollerRef={(element) => {
          root.current = element instanceof HTMLElement ? element : null;
        }}
        data={accounts}
        computeItemKey={(_, account) => account}
        defaultItemHeight={72}
        increaseViewportBy={400}
        itemContent={(index, account) => (
          <ChatRow
            account={account}
            selected={account === current}
            stop={account === stop}
            position={index + 1}
            size={accounts.length}
            onOpen={onOpen}
            onFocus={setFocused}
          />
        )}
      />
    </div>
  );
}

/** Where a key leads in a list; undefined for all others. */
function targetOf(key: string, at: number, size: number): number | undefined {
  const to: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: size - 1,
    PageDown: at + PAGE_ROWS,
    PageUp: at - PAGE_ROWS,
  };
  const wanted = to[key];
  return wanted === undefined ? undefined : Math.min(Math.max(0, wanted), size - 1);
}

/** A row that was scrolled to is there a frame later. */
function focusRow(root: HTMLElement | null, account: string, tries = 10): void {
  const row = root?.querySelector<HTMLElement>(`[data-account="${CSS.escape(account)}"]`);
  if (row) row.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusRow(root, account, tries - 1));
}
