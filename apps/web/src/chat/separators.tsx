import type { ChatItemValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { dayWords } from '../chats/time-words.ts';
import { type Line, timeOf } from './lines.ts';
import styles from './separators.module.css';

interface Props {
  readonly item: ChatItemValue;
  readonly line: Line;
}

/** Headings between messages: the day, and where the unread ones begin. */
export function Separators({ item, line }: Props) {
  const { t, i18n } = useTranslation('chat');
  return (
    <>
      {line.day && <h2 className={styles.day}>{dayWords(timeOf(item), Date.now(), i18n.language)}</h2>}
      {line.unread && <h2 className={styles.unread}>{t('unread')}</h2>}
    </>
  );
}
