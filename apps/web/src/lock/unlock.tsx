import { type AppStateValue, LocalApiError } from '@sotto/local-api';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readAgain } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { resetRoutes } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { Mark } from '../ui/mark.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { TextField } from '../ui/text-field.tsx';
import { describeError } from '../ui/use-action.ts';
import styles from './unlock.module.css';
import { useCapsLock } from './use-caps-lock.ts';

/** As the program takes it. */
const MAX_PASSPHRASE = 1024;

/** Nothing is shown before the passphrase, not even whose account it is. */
export function Unlock({ state }: { readonly state: AppStateValue }) {
  const { t } = useTranslation('share');
  const [passphrase, setPassphrase] = useState('');
  const [opening, setOpening] = useState(false);
  const [problem, setProblem] = useState<string>();
  const caps = useCapsLock();
  const explain = (error: unknown) => {
    const code = error instanceof LocalApiError ? error.code : 'other';
    if (code === 'wrong-passphrase') return t('unlock.wrong');
    return code === 'busy' ? t('unlock.busy') : describeError(error);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (opening || passphrase === '') return;
    setOpening(true);
    setProblem(undefined);
    try {
      await api().call('app.unlock', { passphrase });
      setPassphrase('');
      resetRoutes();
      await readAgain();
    } catch (error) {
      setProblem(explain(error));
    }
    setOpening(false);
  };
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Mark size={72} />
        <h1 className={styles.title}>{t('unlock.title')}</h1>
        <p className={styles.label}>
          <bdi>{state.label}</bdi>
        </p>
        <div className={styles.field} {...caps.watch}>
          <TextField
            autoFocus
            type="password"
            label={t('unlock.passphrase')}
            value={passphrase}
            maxLength={MAX_PASSPHRASE}
            autoComplete="current-password"
            isReadOnly={opening}
            error={problem}
            onChange={(typed) => {
              setPassphrase(typed);
              setProblem(undefined);
            }}
          />
          <p role="status" className={styles.caps}>
            {caps.on && t('unlock.caps')}
          </p>
        </div>
        {opening ? (
          <Spinner label={t('unlock.opening')} />
        ) : (
          <Button type="submit" look="primary" wide isDisabled={passphrase === ''}>
            {t('unlock.go')}
          </Button>
        )}
        <p className={styles.small}>{t('unlock.meanwhile')}</p>
        <p className={styles.small}>{t('unlock.forgotten')}</p>
      </form>
    </main>
  );
}
