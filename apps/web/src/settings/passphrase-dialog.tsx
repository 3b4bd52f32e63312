import { TriangleAlert } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readAgain } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/text-field.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import { judgePassphrase } from './judge-passphrase.ts';
import { Notice } from './notice.tsx';
import styles from './passphrase-dialog.module.css';

export type PassphraseTask = 'set' | 'change' | 'drop';

/** As the program takes it. */
const MAX_PASSPHRASE = 1024;

interface Props {
  readonly task: PassphraseTask;
  readonly onClose: () => void;
}

/** Set, change or remove the passphrase of this profile. */
export function PassphraseDialog({ task, onClose }: Props) {
  const { t } = useTranslation('settings');
  const form = useId();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [differs, setDiffers] = useState(false);
  const { problem, run, clear } = useAction();
  const asksCurrent = task !== 'set';
  const asksNext = task !== 'drop';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (asksNext && next !== again) {
      setDiffers(true);
      return;
    }
    const done = await run(async () => {
      await api().call('app.passphrase', {
        ...(asksCurrent ? { current } : {}),
        next: asksNext ? next : null,
      });
      await readAgain();
    });
    if (!done) return;
    say(t(asksNext ? 'lock.wasSet' : 'lock.wasDropped'));
    onClose();
  };
  const missing = (asksCurrent && current === '') || (asksNext && (next === '' || again === ''));
  const field = { type: 'password', maxLength: MAX_PASSPHRASE, isRequired: true } as const;
  return (
    <Dialog
      title={t(`lock.${task}`)}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel', { ns: 'common' })}</Button>
          <Button
            type="submit"
            form={form}
            look={task === 'drop' ? 'danger' : 'primary'}
            isDisabled={missing}
          >
            {t(`lock.${task}`)}
          </Button>
        </>
      }
    >
      <Notice icon={TriangleAlert} tone="warning">
        {t(asksNext ? 'lock.warning' : 'lock.dropText')}
      </Notice>
      <form id={form} className={styles.form} onSubmit={(event) => void submit(event)}>
        {asksCurrent && (
          <TextField
            {...field}
            autoFocus
            label={t('lock.current')}
            autoComplete="current-password"
            value={current}
            error={problem}
            onChange={(text) => {
              setCurrent(text);
              clear();
            }}
          />
        )}
        {asksNext && (
          <>
            <TextField
              {...field}
              autoFocus={!asksCurrent}
              label={t('lock.next')}
              autoComplete="new-password"
              value={next}
              description={t(next === '' ? 'lock.advice' : `lock.${judgePassphrase(next)}`)}
              error={asksCurrent ? undefined : problem}
              onChange={setNext}
            />
            <TextField
              {...field}
              label={t('lock.again')}
              autoComplete="new-password"
              value={again}
              error={differs ? t('lock.different') : undefined}
              onChange={(text) => {
                setAgain(text);
                setDiffers(false);
              }}
            />
          </>
        )}
      </form>
    </Dialog>
  );
}
