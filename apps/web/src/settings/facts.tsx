import type { ReactNode } from 'react';
import styles from './facts.module.css';

interface Props {
  readonly facts: readonly { readonly name: string; readonly value: ReactNode }[];
}

/** Names and what stands for each. */
export function Facts({ facts }: Props) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ name, value }) => (
        <div key={name} className={styles.fact}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
