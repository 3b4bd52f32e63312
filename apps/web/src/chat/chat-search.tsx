import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FoundMessage } from '../chats/found-message.tsx';
import { SearchField } from '../chats/search-field.tsx';
import { useSearch } from '../chats/use-search.ts';
import { arrowKeys, nearEnd } from '../chats/walk-results.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './chat-search.module.css';

interface Props {
  readonly account: string;
  readonly onJump: (sequence: number) => void;
  readonly onClose: () => void;
}

/** Searches one chat; what is chosen is shown where it stands. */
export function ChatSearch({ account, onJump, onClose }: Props) {
  const { t } = useTranslation('chat');
  const [text, setText] = useState('');
  const { found, problem, more } = useSearch(text, account);
  const results = useRef<HTMLUListElement>(null);
  const count = found?.messages.length ?? 0;
  return (
    <div className={styles.search}>
      <div className={styles.line}>
        <div className={styles.field}>
          <SearchField
            value={text}
            onChange={setText}
            label={t('search.label')}
            autoFocus
            onClose={onClose}
            onDown={() => results.current?.querySelector('button')?.focus()}
          />
        </div>
        <IconButton icon={X} label={t('search.close')} onPress={onClose} />
      </div>
      <p className={styles.words} role="status">
        {found !== undefined &&
          (count === 0
            ? t('search.nothing')
            : t(found.more ? 'search.countMore' : 'search.count', { count }))}
      </p>
      {problem && <p role="alert">{problem}</p>}
      {count > 0 && (
        <ul
          ref={results}
          className={styles.results}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onClose();
            else arrowKeys(event);
          }}
          onScroll={({ currentTarget }) => nearEnd(currentTarget) && more()}
        >
          {found?.messages.map((message) => (
            <li key={message.item.id}>
              <FoundMessage found={message} onOpen={() => onJump(message.item.sequence)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
