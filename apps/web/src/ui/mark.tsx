import styles from './mark.module.css';

interface Props {
  /** Edge, in pixels. */
  readonly size?: number;
}

/** The sign of Sotto: two roads that meet, and make an S. Decoration; `public/icon.svg` is the same one. */
export function Mark({ size = 48 }: Props) {
  return (
    <svg
      className={styles.mark}
      width={size}
      height={size}
      viewBox="0 0 48 48"
      aria-hidden="true"
      focusable="false"
    >
      <rect className={styles.ground} width="48" height="48" rx="11" />
      <path className={styles.road} d="M30.6 12.6A7.6 7.6 0 1 0 24 24" />
      <path className={styles.other} d="M17.4 35.4A7.6 7.6 0 1 0 24 24" />
      <circle className={styles.meeting} cx="24" cy="24" r="4.9" />
    </svg>
  );
}
