import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/text-field.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './nickname.module.css';
import type { ContactInFull } from './use-contact.ts';

/** What the owner of a profile takes as a name at most. */
const MAX_NAME = 64;

/** The person's own name for somebody. */
export function Nickname({ contact }: { readonly contact: ContactInFull }) {
  const { t } = useTranslation('contact');
  const { t: common } = useTranslation();
  const { problem, run, clear } = useAction();
  // The name is theirs unless another one was given here.
  const now = contact.name === contact.their_name ? '' : (contact.name ?? '');
  const [name, setName] = useState(now);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const who = contact.account_id;
    if (await run(() => api().call('contacts.name', { who, name: name.trim() }))) say(t('nickname.saved'));
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <TextField
        label={t('nickname.label')}
        description={t('nickname.help')}
        value={name}
        maxLength={MAX_NAME}
        autoComplete="off"
        error={problem}
        placeholder={contact.their_name ?? ''}
        onChange={(next) => {
          clear();
          setName(next);
        }}
      />
      {name.trim() !== now && (
        <div className={styles.actions}>
          <Button look="quiet" onPress={() => setName(now)}>
            {common('cancel')}
          </Button>
          <Button type="submit" look="primary">
            {common('save')}
          </Button>
        </div>
      )}
    </form>
  );
}
