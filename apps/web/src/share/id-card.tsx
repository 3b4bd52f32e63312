import { QrCode as QrIcon, UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { AddContactDialog } from './add-contact.tsx';
import styles from './id-card.module.css';
import { IdDigits } from './id-digits.tsx';
import { MyIdDialog } from './my-id.tsx';
import { ShareButtons } from './share-buttons.tsx';

/** What stands where no chat is open: one's own ID to give away, and the way to add another's. */
export function IdCard() {
  const { t } = useTranslation('share');
  const account = useApp((app) => app.account);
  const [shows, setShows] = useState<'id' | 'add'>();
  if (account === undefined) return null;
  const { account_id, name } = account;
  const close = () => setShows(undefined);
  return (
    <section className={styles.place} aria-label={t('id.title')}>
      <div className={styles.card}>
        <Avatar account={account_id} name={name} size={72} />
        <h2 className={styles.title}>{t('id.title')}</h2>
        <p className={styles.name}>
          <bdi>{name}</bdi>
        </p>
        <p className={styles.text}>{t('id.card')}</p>
        <IdDigits id={account_id} />
        <ShareButtons account={account} />
        <div className={styles.ways}>
          <Button icon={QrIcon} wide onPress={() => setShows('id')}>
            {t('id.show')}
          </Button>
          <Button look="primary" icon={UserRoundPlus} wide onPress={() => setShows('add')}>
            {t('add.title')}
          </Button>
        </div>
        <p className={styles.safe}>{t('id.safe')}</p>
      </div>
      {shows === 'id' && <MyIdDialog onClose={close} />}
      {shows === 'add' && <AddContactDialog onClose={close} />}
    </section>
  );
}
