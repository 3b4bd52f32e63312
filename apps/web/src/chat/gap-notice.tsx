import type { ChatItemValue } from '@sotto/local-api';
import { MessageSquareDashed } from 'lucide-react';
import styles from './gap-notice.module.css';
import { useWords } from './words.ts';

interface Props {
  readonly item: Extract<ChatItemValue, { kind: 'gap' }>;
  readonly stop: boolean;
}

/** Messages are missing here, and nobody pretends otherwise. */
export function GapNotice({ item, stop }: Props) {
  const { t } = useWords();
  const id = `gap${item.sequence}`;
  return (
    <article className={styles.gap} data-item tabIndex={stop ? 0 : -1} aria-labelledby={id}>
      <MessageSquareDashed size={18} aria-hidden />
      <p id={id}>{t('gap', { count: item.missing })}</p>
    </article>
  );
}
