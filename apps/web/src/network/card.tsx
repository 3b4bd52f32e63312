import { type ReactNode, useId } from 'react';
import styles from './card.module.css';

interface Props {
  readonly title: string;
  readonly help?: string;
  readonly children: ReactNode;
  /** What can be done about it, beside the title. */
  readonly action?: ReactNode;
}

/** One thing of the network, under its name. */
export function Card({ title, help, children, action }: Props) {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <header className={styles.header}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {action}
      </header>
      {help && <p className={styles.help}>{help}</p>}
      {children}
    </section>
  );
}

/** What is known of it: names and values. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt className={styles.name}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
