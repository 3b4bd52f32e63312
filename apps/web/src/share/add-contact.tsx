import { LocalApiError, type Params } from '@sotto/local-api';
import { FileUp } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { loadChat } from '../state/chats-store.ts';
import { api } from '../state/connection.ts';
import { go } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/text-field.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './add-contact.module.css';
import { FoundWho } from './found-who.tsx';
import { readFile } from './read-file.ts';
import { readWho } from './read-who.ts';
import { useKnown } from './use-known.ts';

const MAX_WHO = 4096;
/** What the owner of a profile takes as a name at most. */
const MAX_NAME = 64;

interface Props {
  readonly onClose: () => void;
  /** What was pasted elsewhere. */
  readonly initial?: string;
  /** What they call themselves, as far as anybody knows. */
  readonly initialName?: string;
}

/** Add somebody by ID, link or the picture of a code, and go to the chat with them. */
export function AddContactDialog({ onClose, initial = '', initialName = '' }: Props) {
  const { t } = useTranslation('share');
  const form = useId();
  const own = useApp(({ account }) => account?.account_id);
  const [text, setText] = useState(initial);
  const [name, setName] = useState(initialName);
  const [noCode, setNoCode] = useState(false);
  const [damaged, setDamaged] = useState(false);
  const { problem, run, clear } = useAction();
  const pasted = readWho(text);
  const found = pasted.kind === 'who' ? pasted : undefined;
  const known = useKnown(found?.account);
  const isOwn = found !== undefined && found.account === own;
  const isBlocked = known?.state === 'blocked';
  const isContact = known?.state === 'accepted' || known?.state === 'invited';
  const ready = found !== undefined && !isOwn && !isBlocked;
  const type = (typed: string) => {
    setText(typed);
    setNoCode(false);
    setDamaged(false);
    clear();
  };
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    const read = await readFile(file, MAX_WHO);
    type('text' in read ? read.text : '');
    setNoCode('problem' in read);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const called = name.trim();
    await run(async () => {
      // Added once more by a link, a contact would be called as the link says.
      if (!isContact) {
        const params = { who: found.who, ...(called === '' ? {} : { name: called }) };
        const added = await addContact(params);
        setDamaged(!added);
        if (!added) return;
        await loadChat(found.account);
      }
      onClose();
      go({ screen: 'chats', chat: found.account });
    });
  };
  const wrong = () => {
    if (noCode) return t('add.noCode');
    if (damaged) return t('add.damaged');
    if (isOwn) return t('add.yourself');
    if (isBlocked) return t('add.blocked');
    return pasted.kind === 'who' || pasted.kind === 'nothing' ? problem : t(`add.${pasted.kind}`);
  };
  return (
    <Dialog
      title={t('add.title')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel', { ns: 'common' })}</Button>
          <Button type="submit" form={form} look="primary" isDisabled={!ready}>
            {t(isContact ? 'add.openChat' : 'add.go')}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void submit(event)}>
        <TextField
          autoFocus
          label={t('add.who')}
          description={t('add.whoText')}
          placeholder={t('add.placeholder')}
          rows={3}
          value={text}
          maxLength={MAX_WHO}
          autoComplete="off"
          spellCheck="false"
          error={wrong()}
          onChange={type}
        />
        <FileTrigger
          acceptedFileTypes={['image/*', 'text/plain']}
          onSelect={(files) => void take(files?.[0])}
        >
          <Button icon={FileUp}>{t('add.picture')}</Button>
        </FileTrigger>
        {ready && !damaged && <FoundWho account={found.account} name={found.name} known={known} />}
        {ready && !isContact && (
          <TextField
            label={t('add.name')}
            description={t('add.nameText')}
            placeholder={found.name ?? ''}
            value={name}
            maxLength={MAX_NAME}
            autoComplete="off"
            onChange={setName}
          />
        )}
      </form>
    </Dialog>
  );
}

/** Whether it was taken; not when a digit is wrong. */
async function addContact(params: Params<'contacts.add'>): Promise<boolean> {
  try {
    await api().call('contacts.add', params);
    return true;
  } catch (error) {
    if (error instanceof LocalApiError && error.code === 'bad-recipient') return false;
    throw error;
  }
}
