import { useTranslation } from 'react-i18next';
import styles from './who-sees-what.module.css';

interface Props {
  readonly relay: boolean;
  readonly onion: boolean;
}

/** The fact behind both roads' promises. */
export function WhoSeesWhat({ relay, onion }: Props) {
  const { t } = useTranslation('network');
  return (
    <section className={styles.who}>
      <h3>{t('path.who')}</h3>
      <ul className={styles.list}>
        {onion &&
          (['guard', 'middle', 'exit', 'destination'] as const).map((who) => (
            <li key={who}>{t(`path.sees.${who}`)}</li>
          ))}
        {relay && <li>{t('path.sees.relay')}</li>}
      </ul>
    </section>
  );
}
