import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import styles from './who-sees-what.module.css';

interface Props {
  readonly relay: boolean;
  readonly onion: boolean;
}

/** The fact behind both roads' promises. */
export function WhoSeesWhat({ relay, onion }: Props) {
  const { t } = useTranslation('network');
  const afar = useApp(({ settings }) => settings.relay_access === 'onion');
  return (
    <section className={styles.who}>
      <h3>{t('path.who')}</h3>
      <ul className={styles.list}>
        {onion &&
          (['guard', 'middle', 'exit', 'destination'] as const).map((who) => (
            <li key={who}>{t(`path.sees.${who}`)}</li>
          ))}
        {relay && <li>{t(afar ? 'path.sees.relayAfar' : 'path.sees.relay')}</li>}
      </ul>
    </section>
  );
}
