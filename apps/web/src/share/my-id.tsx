import { UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { IdDigits } from './id-digits.tsx';
import { JoinLinkDialog } from './join-link.tsx';
import styles from './my-id.module.css';
import { ShareButtons } from './share-buttons.tsx';

/** What others add this account by: a code for cameras, digits, a link. */
export function MyIdDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('share');
  const account = useApp((app) => app.account);
  const [invites, setInvites] = useState(false);
  if (account === undefined) return null;
  // In the place of this one: a dialog on a dialog is a place to get lost in.
  if (invites) return <JoinLinkDialog onClose={onClose} />;
  const { account_id, name, link } = account;
  return (
    <Dialog title={t('id.title')} onClose={onClose}>
      <div className={styles.mine}>
        <QrCode content={link ?? account_id} label={t('id.qr')} />
        <p className={styles.name}>
          <bdi>{name}</bdi>
        </p>
      </div>
      <IdDigits id={account_id} />
      <ShareButtons account={account} />
      <p className={styles.safe}>{t('id.safe')}</p>
      <Button look="quiet" icon={UserRoundPlus} wide onPress={() => setInvites(true)}>
        {t('join.open')}
      </Button>
    </Dialog>
  );
}
