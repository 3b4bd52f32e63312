import styles from './avatar.module.css';

interface Props {
  /** Account ID: the picture follows from it alone, so a name that was copied has another picture. */
  readonly account: string;
  readonly name: string | null;
  readonly size?: number;
}

const HUES = 24;

/** A sign for an account: the first letter of its name on a pattern made from its ID. Decoration. */
export function Avatar({ account, name, size = 44 }: Props) {
  const bits = [...account.slice(2, 34)].map((digit) => Number.parseInt(digit, 16) || 0);
  const hue = (((bits[0] ?? 0) * 16 + (bits[1] ?? 0)) % HUES) * (360 / HUES);
  const letter = [...(name ?? '').trim()][0]?.toLocaleUpperCase() ?? '';
  return (
    <svg
      className={styles.avatar}
      width={size}
      height={size}
      viewBox="0 0 40 40"
      aria-hidden="true"
      focusable="false"
    >
      <circle cx="20" cy="20" r="20" fill={`hsl(${hue} 42% 34%)`} />
      {/* A ring of twelve marks, long or short. */}
      {bits.slice(2, 14).map((value, at) => (
        <line
          // biome-ignore lint/suspicious/noArrayIndexKey: the places of the ring are what they are
          key={at}
          x1="20"
          y1="2.5"
          x2="20"
          y2={value > 7 ? 7.5 : 4.5}
          stroke={`hsl(${(hue + value * 12) % 360} 65% 78%)`}
          strokeWidth="2.4"
          strokeLinecap="round"
          transform={`rotate(${at * 30} 20 20)`}
        />
      ))}
      <text x="20" y="21" className={styles.letter}>
        {letter}
      </text>
    </svg>
  );
}
