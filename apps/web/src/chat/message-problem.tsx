import type { ChatItemValue } from '@sotto/local-api';
import type { MessageActs } from './message-acts.ts';
import styles from './message-problem.module.css';
import { problemWords } from './problem-words.ts';
import { useWords } from './words.ts';

interface Props {
  readonly item: Extract<ChatItemValue, { kind: 'text' }>;
  readonly acts: MessageActs;
}

/** Why a message of one's own waits or was not sent, and what can be done. */
export function MessageProblem({ item, acts }: Props) {
  const { t } = useWords();
  const words = item.direction === 'out' ? problemWords(item, t) : undefined;
  if (words === undefined) return null;
  return (
    <div className={styles.problem} data-failed={item.state === 'failed' || undefined}>
      <p>{words}</p>
      {item.state === 'failed' && (
        <p className={styles.acts}>
          <button type="button" className={styles.act} onClick={() => acts.retry(item)}>
            {t('retry', { ns: 'common' })}
          </button>
          <button type="button" className={styles.act} onClick={() => acts.remove(item)}>
            {t('delete', { ns: 'common' })}
          </button>
        </p>
      )}
    </div>
  );
}
