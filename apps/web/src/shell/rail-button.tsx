import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import styles from './rail.module.css';

interface Props {
  readonly label: string;
  readonly current?: boolean;
  /** Something new in there. */
  readonly count?: number;
  /** What a picture of it shows besides, in words. */
  readonly hint?: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

const MOST = 99;

/** One section: icon, words, and how many new things it holds. */
export function RailButton({ label, current = false, count = 0, hint, onPress, children }: Props) {
  const shown = count > MOST ? `${MOST}+` : String(count);
  return (
    <Button
      className={styles.button ?? ''}
      onPress={onPress}
      aria-label={[label, ...(count > 0 ? [shown] : []), ...(hint ? [hint] : [])].join(', ')}
      {...(current ? { 'aria-current': 'page' as const } : {})}
    >
      <span className={styles.picture}>
        {children}
        {count > 0 && <span className={styles.count}>{shown}</span>}
      </span>
      <span className={styles.label}>{label}</span>
    </Button>
  );
}
