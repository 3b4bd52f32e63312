import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './steps.module.css';

interface StepsProps {
  readonly title: string;
  /** How well it goes. */
  readonly note: string;
  readonly children: ReactNode;
}

/** A way from one end to the other. Its marks light up in turn, unless the person wants no motion. */
export function Steps({ title, note, children }: StepsProps) {
  return (
    <div className={styles.way}>
      <h4 className={styles.title}>{title}</h4>
      <p className={styles.note}>{note}</p>
      <ol className={styles.steps}>{children}</ol>
    </div>
  );
}

interface StepProps {
  readonly name: string;
  readonly icon?: LucideIcon | undefined;
  /** You or whom it leads to, not a hop. */
  readonly end?: boolean;
  readonly children: ReactNode;
}

export function Step({ name, icon: Icon, end = false, children }: StepProps) {
  return (
    <li className={styles.step} data-end={end}>
      <span className={styles.mark} aria-hidden="true">
        {Icon && <Icon size={14} />}
      </span>
      <span className={styles.words}>
        <span className={styles.name}>{name}</span>
        <span className={styles.detail}>{children}</span>
      </span>
    </li>
  );
}
