import type { AccountValue } from '@sotto/local-api';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setAccount } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/text-field.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './profile-page.module.css';

/** Longest text that is asked about; what a name may be, the owner says. */
const MAX_TYPED = 256;

/** Another name for oneself. */
export function RenameForm({ account }: { readonly account: AccountValue }) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(account.name);
  const { busy, problem, run, clear } = useAction();
  const same = name.trim() === account.name;
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    if (same) return;
    const done = await run(async () => setAccount(await api().call('account.rename', { name: name.trim() })));
    if (done) say(t('profile.renamed'));
  };
  return (
    <form className={styles.rename} onSubmit={(event) => void rename(event)}>
      <TextField
        label={t('profile.nameLabel')}
        description={t('profile.nameHint')}
        value={name}
        maxLength={MAX_TYPED}
        autoComplete="off"
        error={problem}
        onChange={(text) => {
          setName(text);
          clear();
        }}
      />
      <Button type="submit" look="primary" isDisabled={same || busy}>
        {t('save', { ns: 'common' })}
      </Button>
    </form>
  );
}
