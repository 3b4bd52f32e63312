import styles from './progress.module.css';

interface Props {
  /** What is under way. */
  readonly label: string;
  readonly done: number;
  readonly size: number;
  /** How far it is, in words: read on request, never announced by itself. */
  readonly words: string;
}

/** How far something has come. */
export function Progress({ label, done, size, words }: Props) {
  const share = size === 0 ? 0 : Math.min(1, done / size);
  return (
    <div className={styles.progress}>
      <progress className={styles.bar} aria-label={label} aria-valuetext={words} max={1} value={share} />
      <span className={styles.words} aria-hidden="true">
        {words}
      </span>
    </div>
  );
}
