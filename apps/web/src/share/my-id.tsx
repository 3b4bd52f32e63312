import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { IdDigits } from './id-digits.tsx';
import styles from './my-id.module.css';
import { ShareButtons } from './share-buttons.tsx';

/** What others add this account by: a code for cameras, digits, a link. */
export function MyIdDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('share');
  const account = useApp((app) => app.account);
  if (account === undefined) return null;
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
    </Dialog>
  );
}
