import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { TextField } from '../ui/text-field.tsx';
import { EnrolProblem } from './enrol-problem.tsx';
import styles from './form.module.css';
import { InviteField } from './invite-field.tsx';
import { useInviter } from './inviter.ts';
import { type Joining, paramsOf } from './joining.ts';
import { NetworkLine } from './network/network-line.tsx';
import { Step } from './step.tsx';
import { useEnrol } from './use-enrol.ts';

/** What the owner of a profile takes as a name at most. */
export const MAX_NAME = 64;

/** Keys are made by then; what takes longer is the network. */
const KEYS_MS = 1_000;
export const SLOW_MS = 10_000;

interface Props {
  readonly joining: Joining;
  readonly onJoining: (joining: Joining) => void;
  readonly onNetwork: () => void;
  readonly onBack: () => void;
}

/** A name, Enter, and there is an account. */
export function CreateForm({ joining, onJoining, onNetwork, onBack }: Props) {
  const { t } = useTranslation('firstRun');
  const [name, setName] = useState('');
  const { busy, running, failure, run, clear } = useEnrol();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    void run(async () => {
      await api().call('account.create', { name: name.trim(), ...paramsOf(joining) });
      useInviter.setState({ inviter: joining.inviter });
    });
  };
  const badName = failure?.code === 'bad-name' ? failure.words : undefined;
  return (
    <Step onBack={onBack} isBusy={busy}>
      <form className={styles.form} onSubmit={submit}>
        <h1 className={styles.title}>{t('create.title')}</h1>
        <TextField
          autoFocus
          label={t('create.name')}
          description={t('create.nameText')}
          value={name}
          maxLength={MAX_NAME}
          autoComplete="off"
          isReadOnly={busy}
          error={badName}
          onChange={(typed) => {
            setName(typed);
            if (badName !== undefined) clear();
          }}
        />
        {failure !== undefined && badName === undefined && <EnrolProblem {...failure} />}
        <InviteField joining={joining} code={failure?.code} onJoining={onJoining} />
        {busy ? (
          <Spinner
            label={t(running < KEYS_MS ? 'create.keys' : running < SLOW_MS ? 'create.enrol' : 'create.slow')}
          />
        ) : (
          <Button type="submit" look="primary" wide isDisabled={name.trim() === ''}>
            {t('create.go')}
          </Button>
        )}
        <NetworkLine joining={joining} isDisabled={busy} onChange={onNetwork} />
      </form>
    </Step>
  );
}
