import { BadgeCheck, Ban } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { RoadMark } from '../network/road-mark.tsx';
import { useChats } from '../state/chats-store.ts';
import { Avatar } from '../ui/avatar.tsx';
import styles from './chat-row.module.css';
import { Snippet } from './snippet.tsx';
import { shortTime } from './time-words.ts';
import { useRowName } from './use-row-name.ts';

interface Props {
  readonly account: string;
  readonly selected: boolean;
  /** The one that Tab reaches. */
  readonly stop: boolean;
  readonly position: number;
  readonly size: number;
  readonly onOpen: (account: string) => void;
  readonly onFocus: (account: string) => void;
}

const MOST = 99;

/** One chat of the list. Its name for screen readers says all that its marks show. */
export const ChatRow = memo(function ChatRow({ account, selected, stop, position, size, ...on }: Props) {
  const { t, i18n } = useTranslation('chats');
  const chat = useChats(({ byId }) => byId.get(account));
  const types = useChats(({ typing }) => typing.has(account));
  const nameOf = useRowName();
  if (chat === undefined) return <div className={styles.row} />;
  const { contact, unread } = chat;
  const time = shortTime(chat.active_at, Date.now(), i18n.language);
  const road = contact.effective_road ?? contact.road;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys of all its rows
    <div
      role="option"
      id={`row-${account}`}
      className={styles.row}
      aria-selected={selected}
      aria-label={nameOf(chat, { types, time, selected })}
      aria-describedby={`snippet-${account}`}
      aria-posinset={position}
      aria-setsize={size}
      tabIndex={stop ? 0 : -1}
      data-account={account}
      data-blocked={contact.state === 'blocked' || undefined}
      onClick={() => on.onOpen(account)}
      onFocus={() => on.onFocus(account)}
    >
      <Avatar account={account} name={contact.name} size={48} />
      <span className={styles.words}>
        <span className={styles.line}>
          <bdi className={styles.name}>{contact.name ?? t('unnamed', { ns: 'common' })}</bdi>
          {contact.verified && <BadgeCheck size={16} className={styles.verified} aria-hidden />}
          <span className={styles.time}>{time}</span>
        </span>
        <span className={styles.line}>
          <span id={`snippet-${account}`} className={styles.snippet}>
            <Snippet chat={chat} types={types} selected={selected} />
          </span>
          {contact.state === 'blocked' ? (
            <span className={styles.mark}>
              <Ban size={14} aria-hidden /> {t('blocked')}
            </span>
          ) : (
            road !== 'auto' && (
              <span className={styles.mark}>
                <RoadMark road={road} />
              </span>
            )
          )}
          {unread > 0 && <span className={styles.unread}>{unread > MOST ? `${MOST}+` : unread}</span>}
        </span>
      </span>
    </div>
  );
});
