import { KeyRound, QrCode } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MyIdDialog } from '../share/my-id.tsx';
import { WordsDialog } from '../share/words-dialog.tsx';
import { useApp } from '../state/app-store.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import styles from './profile-page.module.css';
import { RenameForm } from './rename-form.tsx';
import { Buttons, Section } from './section.tsx';

/** Who one is to others, and what brings the account back. */
export function ProfilePage() {
  const { t } = useTranslation('settings');
  const account = useApp((app) => app.account);
  const [showsId, setShowsId] = useState(false);
  if (account === undefined) return null;
  return (
    <>
      <Section title={t('profile.nameTitle')}>
        <div className={styles.who}>
          <Avatar account={account.account_id} name={account.name} size={72} />
          <RenameForm key={account.name} account={account} />
        </div>
      </Section>
      <Section title={t('profile.idTitle')} text={t('profile.idText')}>
        <code className={styles.id} dir="ltr">
          {account.account_id}
        </code>
        <Buttons>
          <CopyButton text={account.account_id} label={t('profile.copyId')} />
          <Button icon={QrCode} onPress={() => setShowsId(true)}>
            {t('profile.showId')}
          </Button>
        </Buttons>
      </Section>
      <WordsSection held={account.holds_phrase} />
      {showsId && <MyIdDialog onClose={() => setShowsId(false)} />}
    </>
  );
}

function WordsSection({ held }: { readonly held: boolean }) {
  const { t } = useTranslation('settings');
  const [shows, setShows] = useState(false);
  return (
    <Section title={t('profile.wordsTitle')} text={t(held ? 'profile.wordsHeld' : 'profile.wordsGone')}>
      {held && (
        <Buttons>
          <Button icon={KeyRound} onPress={() => setShows(true)}>
            {t('profile.showWords')}
          </Button>
        </Buttons>
      )}
      {shows && <WordsDialog onClose={() => setShows(false)} />}
    </Section>
  );
}
