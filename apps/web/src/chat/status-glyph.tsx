import type { SentValue } from '@sotto/local-api';
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import styles from './status-glyph.module.css';

interface Props {
  readonly state: SentValue['state'];
  readonly size?: number;
  /** In words, where none stand beside it. */
  readonly label?: string;
}

/** How far a message of one's own has come, as a sign and in words for screen readers. */
export function StatusGlyph({ state, size = 16, label }: Props) {
  if (state === 'received') return null;
  return (
    <span className={styles.glyph} data-state={state}>
      {state === 'queued' && <Clock size={size} aria-hidden />}
      {state === 'sent' && <Check size={size} aria-hidden />}
      {state === 'delivered' && <CheckCheck size={size} aria-hidden />}
      {state === 'read' && (
        <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <circle cx="12" cy="12" r="11" className={styles.disc} />
          <path d="M7 12.5l3.5 3.5 7-7.5" className={styles.check} />
        </svg>
      )}
      {state === 'failed' && <CircleAlert size={size} aria-hidden />}
      {label && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
