import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { say } from '../ui/toast.tsx';
import { describeError } from '../ui/use-action.ts';
import { choose } from './choose.ts';
import { PassphraseDialog, type PassphraseTask } from './passphrase-dialog.tsx';
import { Buttons, Section } from './section.tsx';

/** Minutes that are offered; another one that was set elsewhere is shown too. */
const MINUTES = [0, 1, 5, 15, 60];

/** The passphrase, and when it is asked for. */
export function LockSection() {
  const { t } = useTranslation('settings');
  const locks = useApp(({ state }) => state?.has_passphrase === true);
  const after = useApp(({ settings }) => settings.lock_after);
  const [task, setTask] = useState<PassphraseTask>();
  const minutes = [...new Set([...MINUTES, after])].sort((one, other) => one - other);
  const lock = () => {
    api()
      .call('app.lock', {})
      .catch((error: unknown) => say(describeError(error)));
  };
  return (
    <Section title={t('lock.title')} text={t(locks ? 'lock.on' : 'lock.off')}>
      <Buttons>
        {locks ? (
          <>
            <Button onPress={lock}>{t('lock.now')}</Button>
            <Button onPress={() => setTask('change')}>{t('lock.change')}</Button>
            <Button look="danger" onPress={() => setTask('drop')}>
              {t('lock.drop')}
            </Button>
          </>
        ) : (
          <Button onPress={() => setTask('set')}>{t('lock.set')}</Button>
        )}
      </Buttons>
      {locks && (
        <Choice
          label={t('lock.after')}
          description={t('lock.afterText')}
          value={String(after)}
          onChange={(chosen) => choose({ lock_after: Number(chosen) })}
          options={minutes.map((count) => ({
            value: String(count),
            label: count === 0 ? t('lock.never') : t('lock.minutes', { count }),
          }))}
        />
      )}
      {task && <PassphraseDialog task={task} onClose={() => setTask(undefined)} />}
    </Section>
  );
}
