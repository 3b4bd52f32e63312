import { type ReactNode, useId } from 'react';
import styles from './section.module.css';

interface Props {
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
  /** What is in it names itself; the heading is for those who jump from heading to heading. */
  readonly quiet?: boolean;
}

/** A card with one matter of a settings page. */
export function Section({ title, text, children, quiet = false }: Props) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 id={id} className={quiet ? 'visually-hidden' : styles.title}>
        {title}
      </h2>
      {text !== undefined && <p className={styles.text}>{text}</p>}
      {children}
    </section>
  );
}

/** Buttons of a card, in a row as long as they fit. */
export function Buttons({ children }: { readonly children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>;
}
