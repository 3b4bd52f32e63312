import { useTranslation } from 'react-i18next';
import styles from './skip-links.module.css';

/** The first things that Tab reaches: past the rail to the list, or to what is open. */
export function SkipLinks() {
  const { t } = useTranslation();
  const focus = (id: string) => document.getElementById(id)?.focus();
  return (
    <div className={styles.links}>
      <button type="button" className={styles.link} onClick={() => focus('list')}>
        {t('nav.skipToList')}
      </button>
      <button type="button" className={styles.link} onClick={() => focus('main')}>
        {t('nav.skipToMain')}
      </button>
    </div>
  );
}
