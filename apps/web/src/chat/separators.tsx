import type { ChatItemValue } from '@sotto/local-api';
import { dayWords } from '../chats/time-words.ts';
import { type Line, timeOf } from './lines.ts';
import styles from './separators.module.css';
import { useWords } from './words.ts';

interface Props {
  readonly item: ChatItemValue;
  readonly line: Line;
}

/** Headings between messages: the day, and where the unread ones begin. */
export function Separators({ item, line }: Props) {
  const { t, language } = useWords();
  return (
    <>
      {line.day && <h2 className={styles.day}>{dayWords(timeOf(item), Date.now(), language)}</h2>}
      {line.unread && <h2 className={styles.unread}>{t('unread')}</h2>}
    </>
  );
}
