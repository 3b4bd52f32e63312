import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './notice.module.css';

interface Props {
  readonly icon: LucideIcon;
  readonly tone?: 'info' | 'warning' | 'danger';
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

/** Something to know, beside what it is about. */
export function Notice({ icon: Icon, tone = 'info', children, actions }: Props) {
  return (
    <div className={`${styles.notice} ${styles[tone]}`}>
      <Icon size={20} aria-hidden />
      <div className={styles.text}>{children}</div>
      {actions}
    </div>
  );
}
