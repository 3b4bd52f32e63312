import type { ChatItemValue } from '@sotto/local-api';
import { Paperclip } from 'lucide-react';
import { fileSize } from './file-size.ts';
import styles from './message-files.module.css';
import { useWords } from './words.ts';

interface Props {
  readonly item: Exclude<ChatItemValue, { kind: 'gap' }>;
}

/** What files a message has. They are saved from the command line; the page only says that they are there. */
export function MessageFiles({ item }: Props) {
  const { t, language } = useWords();
  const { files = [] } = item;
  if (files.length === 0) return null;
  return (
    <>
      <ul className={styles.files} aria-label={t('files.label')}>
        {files.map(({ id, name, size }) => (
          <li key={id} className={styles.file}>
            <Paperclip size={16} aria-hidden />
            <bdi className={styles.name}>{name ?? t('files.nameless')}</bdi>
            <span>{fileSize(size, language)}</span>
          </li>
        ))}
      </ul>
      {item.direction === 'in' && <p className={styles.hint}>{t('files.save')}</p>}
    </>
  );
}
