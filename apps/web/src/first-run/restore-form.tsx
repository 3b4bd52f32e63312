import { LocalApiError } from '@sotto/local-api';
import { MonitorSmartphone, TriangleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../settings/notice.tsx';
import { tellFromSession } from '../share/from-session.tsx';
import { readAgain } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { TextField } from '../ui/text-field.tsx';
import { MAX_NAME, SLOW_MS } from './create-form.tsx';
import { EnrolProblem } from './enrol-problem.tsx';
import styles from './form.module.css';
import { InviteField } from './invite-field.tsx';
import { type Joining, paramsOf } from './joining.ts';
import { NetworkLine } from './network/network-line.tsx';
import { Step } from './step.tsx';
import { useEnrol } from './use-enrol.ts';
import { diagnosePhrase, joinPhrase } from './words/phrase.ts';
import { useWordList } from './words/use-word-list.ts';
import { WordsField } from './words/words-field.tsx';

/** The account has been looked for by then. */
const LOOK_MS = 3_000;

interface Props {
  readonly joining: Joining;
  readonly onJoining: (joining: Joining) => void;
  readonly onNetwork: () => void;
  readonly onBack: () => void;
}

/** The words of an account, and it goes on here. */
export function RestoreForm({ joining, onJoining, onNetwork, onBack }: Props) {
  const { t } = useTranslation('firstRun');
  const list = useWordList();
  const [words, setWords] = useState('');
  const [name, setName] = useState('');
  const { busy, running, failure, run, clear } = useEnrol();
  const diagnosis = list === undefined ? undefined : diagnosePhrase(words, list);
  const ready = words.trim() !== '' && name.trim() !== '' && diagnosis?.complete !== false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    void run(async () => {
      const params = { words: joinPhrase(words), name: name.trim(), ...paramsOf(joining) };
      const { from_session } = await api().call('account.restore', params);
      if (from_session) tellFromSession();
      // Who types the words has them: nothing is left to save, and this device need not keep them.
      else await forgetTyped(params.words);
    });
  };
  const isBadName = failure?.code === 'bad-name';
  const isBadWords = failure?.code === 'bad-words';
  return (
    <Step onBack={onBack} isBusy={busy}>
      <form className={styles.form} onSubmit={submit}>
        <h1 className={styles.title}>{t('restore.title')}</h1>
        <Notice icon={MonitorSmartphone}>
          <p>{t('restore.meansDevice')}</p>
          <p>{t('restore.meansChats')}</p>
        </Notice>
        <WordsField
          list={list}
          value={words}
          isDisabled={busy}
          onChange={(typed) => {
            setWords(typed);
            clear();
          }}
        />
        {diagnosis?.fromSession && (
          <Notice icon={TriangleAlert} tone="warning">
            <strong>{t('restore.session.title')}</strong>
            <p>{t('restore.session.text')}</p>
          </Notice>
        )}
        <TextField
          label={t('create.name')}
          description={t('create.nameText')}
          value={name}
          maxLength={MAX_NAME}
          autoComplete="off"
          isReadOnly={busy}
          error={isBadName ? failure.words : undefined}
          onChange={setName}
        />
        {failure !== undefined && !isBadName && (
          <EnrolProblem
            code={failure.code}
            // Which one is wrong nobody can tell once each is in the list.
            words={isBadWords && diagnosis?.complete ? t('restore.mismatch') : failure.words}
          />
        )}
        <InviteField joining={joining} code={failure?.code} onJoining={onJoining} />
        {busy ? (
          <Spinner
            label={t(
              running < LOOK_MS ? 'restore.working' : running < SLOW_MS ? 'restore.enrol' : 'create.slow',
            )}
          />
        ) : (
          <Button type="submit" look="primary" wide isDisabled={!ready}>
            {t('restore.go')}
          </Button>
        )}
        <NetworkLine joining={joining} isDisabled={busy} onChange={onNetwork} />
      </form>
    </Step>
  );
}

/** When it does not work, the banner that asks to save the words stays. */
async function forgetTyped(words: string): Promise<void> {
  try {
    await api().call('account.forget_phrase', { words });
    await readAgain();
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
  }
}
