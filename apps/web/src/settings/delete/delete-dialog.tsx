import { LocalApiError } from '@sotto/local-api';
import { TriangleAlert } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readAgain, useApp } from '../../state/app-store.ts';
import { api } from '../../state/connection.ts';
import { resetRoutes } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Notice } from '../notice.tsx';
import { isSameName } from './is-same-name.ts';

/** From where the account goes. */
export type DeleteScope = 'here' | 'everywhere';

interface Props {
  readonly scope: DeleteScope;
  readonly onClose: () => void;
}

/** Asks for the account's name before it deletes, and says from where. */
export function DeleteDialog({ scope, onClose }: Props) {
  const { t } = useTranslation('settings');
  const form = useId();
  const name = useApp(({ account }) => account?.name ?? '');
  const [typed, setTyped] = useState('');
  const [unanswered, setUnanswered] = useState(false);
  const { busy, problem, run } = useAction();
  const confirmed = isSameName(typed, name);
  const erase = async (force: boolean) => {
    const done = await run(async () => {
      try {
        await api().call('account.delete', { force, ...(scope === 'here' ? { here_only: true } : {}) });
      } catch (error) {
        if (error instanceof LocalApiError && error.code === 'unreachable') setUnanswered(true);
        throw error;
      }
    });
    if (!done) return;
    say(t('data.deleted'));
    resetRoutes();
    await readAgain();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (confirmed) void erase(unanswered);
  };
  const label = unanswered ? t('data.forceGo') : t(`data.${scope}Go`);
  return (
    <Dialog
      title={t(`data.${scope}Title`)}
      onClose={onClose}
      alert
      actions={
        <>
          <Button onPress={onClose}>{t('cancel', { ns: 'common' })}</Button>
          {unanswered && (
            <Button isDisabled={!confirmed} onPress={() => void erase(false)}>
              {t('retry', { ns: 'common' })}
            </Button>
          )}
          <Button type="submit" form={form} look="danger" isDisabled={!confirmed}>
            {busy ? t('data.deleting') : label}
          </Button>
        </>
      }
    >
      <p>{t(`data.${scope}Text`)}</p>
      <Notice icon={TriangleAlert} tone="danger">
        <strong>{t(scope === 'here' ? 'data.hereNoWords' : 'data.everywhereFinal')}</strong>
      </Notice>
      <form id={form} onSubmit={submit}>
        <TextField
          autoFocus
          label={t('data.typeName', { name: `\u2068${name}\u2069` })}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck="false"
        />
      </form>
      {problem !== undefined && (
        <Notice icon={TriangleAlert} tone="warning">
          <p role="alert">{unanswered ? t('data.unanswered') : problem}</p>
        </Notice>
      )}
    </Dialog>
  );
}
