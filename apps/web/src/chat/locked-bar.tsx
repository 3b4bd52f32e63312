import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './composer.module.css';

/** In place of the composer of somebody who is blocked. */
export function BlockedBar({ account: who }: { readonly account: string }) {
  const { t } = useTranslation('chat');
  const { problem, run } = useAction();
  return (
    <section className={styles.bar} aria-label={t('blocked.label')}>
      <p>{t('blocked.text')}</p>
      {problem && <p role="alert">{problem}</p>}
      <Button onPress={() => void run(() => api().call('contacts.unblock', { who }))}>
        {t('blocked.unblock')}
      </Button>
    </section>
  );
}

/** In place of the composer when the account goes on without this device. */
export function ReplacedBar() {
  const { t } = useTranslation('chat');
  return (
    <section className={styles.bar} aria-label={t('replaced.label')}>
      <p>{t('replaced.text')}</p>
    </section>
  );
}
