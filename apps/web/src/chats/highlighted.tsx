import { excerpt, splitMatches } from './highlight.ts';
import styles from './highlighted.module.css';

interface Props {
  readonly text: string;
  readonly matches: readonly (readonly [number, number])[];
}

/** The part of a text where something was found, with what was found marked. */
export function Highlighted({ text, matches }: Props) {
  const part = excerpt(text, matches);
  return (
    <bdi>
      {splitMatches(part.text, part.matches).map(({ text: piece, marked, at }) =>
        marked ? (
          <mark key={at} className={styles.mark}>
            {piece}
          </mark>
        ) : (
          <span key={at}>{piece}</span>
        ),
      )}
    </bdi>
  );
}
