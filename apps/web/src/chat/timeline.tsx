import type { ChatItemValue } from '@sotto/local-api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso';
import { isolated } from '../contact/name-of.ts';
import { Arrivals } from './arrivals.tsx';
import { readMore, sawEnd, useItems } from './items-store.ts';
import { lineOf } from './lines.ts';
import type { ItemWindow } from './merge-items.ts';
import { Message } from './message.tsx';
import { MessageDetails } from './message-details.tsx';
import { MessageMenu } from './message-menu.tsx';
import { NewestButton } from './newest-button.tsx';
import styles from './timeline.module.css';
import { useMarkRead } from './use-mark-read.ts';
import { useMessageActs } from './use-message-acts.ts';
import { useWalk } from './use-walk.ts';

interface Props {
  readonly account: string;
  readonly name: string;
  readonly window: ItemWindow;
}

type Text = Extract<ChatItemValue, { kind: 'text' }>;

/** Room above the first and below the last line. */
const Edge = () => <div className={styles.edge} />;
const EDGES = { Header: Edge, Footer: Edge };

/** Rows to the end of what is in memory from which on more is read. */
const AHEAD = 50;

/** How near to the end still counts as there, in pixels. */
const AT_END = 60;

/** The lines of a chat. Only what is on screen is rendered; nothing that comes moves what is read. */
export function Timeline({ account, name, window }: Props) {
  const { t } = useTranslation('chat');
  const { unreadFrom, at } = useItems();
  const list = useRef<VirtuosoHandle>(null);
  const scroller = useRef<HTMLElement | null>(null);
  const [isAtEnd, setAtEnd] = useState(false);
  const [menu, setMenu] = useState<{ item: ChatItemValue; anchor: HTMLElement }>();
  const [details, setDetails] = useState<Text>();
  const openMenu = useCallback((item: ChatItemValue, anchor: HTMLElement) => setMenu({ item, anchor }), []);
  const acts = useMessageActs(account, openMenu);
  const { items, firstIndex, hasBefore, hasAfter } = window;
  const [start] = useState(() => startOf(items, at, unreadFrom));
  const { stop, take, onFocus } = useWalk(items, list, scroller);
  const look = useMarkRead(account, scroller, items.at(-1)?.sequence);
  const ended = isAtEnd && !hasAfter;
  useEffect(() => {
    if (ended) sawEnd();
  }, [ended]);
  return (
    <div className={styles.timeline}>
      <Virtuoso
        ref={list}
        className={styles.scroller ?? ''}
        role="log"
        aria-live="off"
        aria-label={t('timeline', { name: isolated(name) })}
        tabIndex={-1}
        scrollerRef={(element) => {
          scroller.current = element instanceof HTMLElement ? element : null;
        }}
        data={items}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={start}
        computeItemKey={(_, item) => item.sequence}
        defaultItemHeight={68}
        increaseViewportBy={500}
        alignToBottom
        components={EDGES}
        atBottomThreshold={AT_END}
        atBottomStateChange={setAtEnd}
        followOutput={(atEnd) => (atEnd || isOwn(items.at(-1))) && !hasAfter && 'auto'}
        startReached={() => void readMore('older')}
        endReached={() => void readMore('newer')}
        rangeChanged={({ startIndex, endIndex }) => {
          look();
          // Read ahead, so that nobody runs into the end of what is in memory.
          if (startIndex - firstIndex < AHEAD) void readMore('older');
          else if (firstIndex + items.length - endIndex < AHEAD) void readMore('newer');
        }}
        onKeyDown={take}
        onFocus={onFocus}
        onScroll={look}
        itemContent={(index, item) => {
          const place = index - firstIndex;
          const [before, after] = [items[place - 1], items[place + 1]];
          return (
            <Message
              item={item}
              line={lineOf({ before, item, after, hasBefore, unreadFrom })}
              name={name}
              stop={item.sequence === stop}
              found={item.sequence === at}
              acts={acts}
            />
          );
        }}
      />
      <Arrivals name={name} />
      {!ended && items.length > 0 && (
        <NewestButton
          account={account}
          isFar={hasAfter}
          onPress={() => list.current?.scrollToIndex({ index: 'LAST', align: 'end' })}
        />
      )}
      {menu && (
        <MessageMenu
          {...menu}
          acts={acts}
          onDetails={() => setDetails(menu.item.kind === 'text' ? menu.item : undefined)}
          onClose={() => setMenu(undefined)}
        />
      )}
      {details && <MessageDetails item={details} onClose={() => setDetails(undefined)} />}
    </div>
  );
}

function isOwn(item: ChatItemValue | undefined): boolean {
  return item?.kind === 'text' && item.direction === 'out';
}

/** Where a chat opens: at what was looked for, at the first unread message, or at its end. */
function startOf(items: readonly ChatItemValue[], at: number | undefined, unreadFrom: number | undefined) {
  const wanted = at ?? unreadFrom;
  const index = wanted === undefined ? -1 : items.findIndex(({ sequence }) => sequence >= wanted);
  if (index === -1) return { index: Math.max(0, items.length - 1), align: 'end' as const };
  return { index, align: at === undefined ? ('start' as const) : ('center' as const) };
}
