import type { ChatItemValue } from '@sotto/local-api';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isolated } from '../contact/name-of.ts';
import { Arrivals } from './arrivals.tsx';
import { sawEnd, useItems } from './items-store.ts';
import { lineOf } from './lines.ts';
import type { ItemWindow } from './merge-items.ts';
import { Message } from './message.tsx';
import { MessageDetails } from './message-details.tsx';
import { MessageMenu } from './message-menu.tsx';
import { NewestButton } from './newest-button.tsx';
import styles from './timeline.module.css';
import { useMarkRead } from './use-mark-read.ts';
import { useMessageActs } from './use-message-acts.ts';
import { useScroll } from './use-scroll.ts';
import { useWalk } from './use-walk.ts';
import { WordsContext } from './words.ts';

interface Props {
  readonly account: string;
  readonly name: string;
  readonly window: ItemWindow;
}

type Text = Extract<ChatItemValue, { kind: 'text' }>;

/**
 * The lines of a chat that are in memory. The browser lays out only what is on screen and near it
 * (`content-visibility`), and keeps what is read in its place when lines come in front.
 */
export function Timeline({ account, name, window }: Props) {
  const { t, i18n } = useTranslation('chat');
  const words = useMemo(() => ({ t, language: i18n.language }), [t, i18n.language]);
  const unreadFrom = useItems((chat) => chat.unreadFrom);
  const at = useItems((chat) => chat.at);
  const scroller = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ item: ChatItemValue; anchor: HTMLElement }>();
  const [details, setDetails] = useState<Text>();
  const openMenu = useCallback((item: ChatItemValue, anchor: HTMLElement) => setMenu({ item, anchor }), []);
  const { items, hasBefore, hasAfter } = window;
  const { isAtEnd, onScroll, toEnd } = useScroll(scroller, items, hasAfter);
  const { stop, take, onFocus, focus } = useWalk(items, scroller);
  const acts = useMessageActs(account, openMenu, focus);
  const newest = items.at(-1)?.sequence;
  const look = useMarkRead(account, scroller, newest);
  const ended = isAtEnd && !hasAfter;
  useEffect(() => {
    // Also when another one came while it was there.
    if (ended && newest !== undefined) sawEnd();
  }, [ended, newest]);
  return (
    <div className={styles.timeline}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t('timeline', { name: isolated(name) })}
        onKeyDown={take}
        onFocus={onFocus}
        onScroll={() => {
          onScroll();
          look();
        }}
      >
        <WordsContext value={words}>
          <div className={styles.lines}>
            {items.map((item, place) => {
              const [before, after] = [items[place - 1], items[place + 1]];
              return (
                <Message
                  account={account}
                  key={item.sequence}
                  item={item}
                  line={lineOf({ before, item, after, hasBefore, unreadFrom })}
                  name={name}
                  stop={item.sequence === stop}
                  found={item.sequence === at}
                  acts={acts}
                />
              );
            })}
          </div>
        </WordsContext>
      </div>
      <Arrivals name={name} />
      {!ended && <NewestButton account={account} isFar={hasAfter} onPress={toEnd} />}
      {menu && (
        <MessageMenu
          {...menu}
          acts={acts}
          onDetails={() => setDetails(menu.item.kind === 'text' ? menu.item : undefined)}
          onClose={() => setMenu(undefined)}
        />
      )}
      {details && (
        <MessageDetails
          item={details}
          onClose={() => {
            setDetails(undefined);
            // The menu that it was opened from is gone.
            focus(details.sequence);
          }}
        />
      )}
    </div>
  );
}
