import { useTranslation } from 'react-i18next';
import { MOST_NAMED, type PhraseDiagnosis } from './phrase.ts';
import styles from './words-field.module.css';

/** How many words there are, and which of them are none. Announced when a word turns out wrong. */
export function WordsReport({ id, diagnosis }: { readonly id: string; readonly diagnosis: PhraseDiagnosis }) {
  const { t, i18n } = useTranslation('firstRun');
  const { count, wanted, problems, complete } = diagnosis;
  const or = new Intl.ListFormat(i18n.language, { type: 'disjunction' });
  const more = problems.length - MOST_NAMED;
  return (
    <div id={id} className={styles.report}>
      <p className={complete ? styles.complete : styles.count}>
        {t('restore.count', { count, wanted })}
        {complete && ` · ${t('restore.complete')}`}
      </p>
      <div role="status" translate="no">
        {count > wanted && <p className={styles.problem}>{t('restore.tooMany', { wanted })}</p>}
        {problems.slice(0, MOST_NAMED).map(({ position, word, suggestions }) => (
          <p key={position} className={styles.problem}>
            {t('restore.unknown', { position, word })}{' '}
            {suggestions.length > 0 && t('restore.perhaps', { words: or.format(suggestions) })}
          </p>
        ))}
        {more > 0 && <p className={styles.problem}>{t('restore.more', { count: more })}</p>}
      </div>
    </div>
  );
}
