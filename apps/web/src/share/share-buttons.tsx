import type { AccountValue } from '@sotto/local-api';
import { Share2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { say } from '../ui/toast.tsx';
import styles from './share-buttons.module.css';

/** The ways to hand one's ID to somebody. */
export function ShareButtons({ account }: { readonly account: AccountValue }) {
  const { t } = useTranslation('share');
  const { t: common } = useTranslation();
  const { account_id, link } = account;
  const canShare = link !== undefined && typeof navigator.share === 'function';
  const share = () => {
    navigator.share({ text: `${t('id.shareText')} ${link}` }).catch((error: unknown) => {
      // Put away by the person.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      say(common('copyFailed'));
    });
  };
  return (
    <div className={styles.buttons}>
      {link !== undefined && <CopyButton text={link} label={t('id.copyLink')} />}
      <CopyButton text={account_id} label={t('id.copyId')} />
      {canShare && (
        <Button icon={Share2} onPress={share}>
          {t('id.share')}
        </Button>
      )}
    </div>
  );
}
