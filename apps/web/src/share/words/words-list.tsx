import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './words-list.module.css';

/** Room for as many as nearly all accounts have, so that nothing moves when they show. */
const PLACES = Array.from({ length: 25 }, () => undefined);

/** Numbered words in columns; without them, as many bars. There is no copy: a clipboard is read by other programs. */
export function WordsList({ words }: { readonly words: readonly string[] | undefined }) {
  const { t } = useTranslation('share');
  const places: readonly (string | undefined)[] = words ?? PLACES;
  return (
    <div className={styles.place}>
      <ol
        className={styles.words}
        dir="ltr"
        lang="en"
        translate="no"
        aria-label={t('words.list')}
        aria-hidden={words === undefined}
      >
        {places.map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a word may come twice; the places are what they are
          <li key={at}>
            <span className={styles.number}>{at + 1}</span>
            {word === undefined ? <span className={styles.bar} /> : <span>{word}</span>}
          </li>
        ))}
      </ol>
      {words === undefined && (
        <p className={styles.hidden}>
          <span className={styles.note}>
            <EyeOff size={20} aria-hidden />
            <span>{t('words.hidden')}</span>
          </span>
        </p>
      )}
    </div>
  );
}
