import type { ChatItemValue } from '@sotto/local-api';
import { useWords } from '../words.ts';
import { MessageFile } from './message-file.tsx';
import styles from './message-files.module.css';

interface Props {
  readonly item: Extract<ChatItemValue, { kind: 'text' }>;
  readonly account: string;
  /** Tab comes to this message. */
  readonly stop: boolean;
}

/** The files of a message: to save, or how far they are on their way. */
export function MessageFiles({ item, account, stop }: Props) {
  const { t } = useWords();
  const { files = [] } = item;
  if (files.length === 0) return null;
  return (
    <ul className={styles.files} aria-label={t('files.label')}>
      {files.map((file) => (
        <MessageFile key={file.id} file={file} account={account} stop={stop} />
      ))}
    </ul>
  );
}
