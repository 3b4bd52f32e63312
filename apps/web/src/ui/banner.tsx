import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './banner.module.css';

interface Props {
  readonly icon: LucideIcon;
  readonly tone?: 'info' | 'warning' | 'danger';
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  /** It appears while the person does something else, and is announced. */
  readonly live?: boolean;
}

/** A line across a screen that stays until what it tells of is over. */
export function Banner({ icon: Icon, tone = 'info', children, actions, live = false }: Props) {
  return (
    <div className={`${styles.banner} ${styles[tone]}`} {...(live ? { role: 'status' } : {})}>
      <Icon size={18} aria-hidden />
      <div className={styles.text}>{children}</div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
