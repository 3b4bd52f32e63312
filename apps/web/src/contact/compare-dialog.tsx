import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import { fromBase64Url } from './base64url.ts';
import styles from './compare-dialog.module.css';
import { ComparePicture } from './compare-picture.tsx';
import { useNameOf } from './name-of.ts';
import { SafetyDigits } from './safety-digits.tsx';
import type { ContactInFull } from './use-contact.ts';

interface Props {
  readonly contact: ContactInFull;
  readonly digits: string;
  readonly onClose: () => void;
}

/** How to make sure of each other's keys: by digits, or by a picture of the other screen. */
export function CompareDialog({ contact, digits, onClose }: Props) {
  const { t } = useTranslation('contact');
  const nameOf = useNameOf();
  const { problem, run } = useAction();
  const { account_id: who, verified, safety_code } = contact;
  const code = safety_code === undefined ? undefined : fromBase64Url(safety_code);
  const mark = async () => {
    const command = verified ? 'contacts.unverify' : 'contacts.verify';
    if (!(await run(() => api().call(command, { who })))) return;
    say(t(verified ? 'safety.unmarked' : 'safety.marked'));
    onClose();
  };
  return (
    <Dialog
      title={t('safety.dialog', { name: nameOf(contact) })}
      onClose={onClose}
      actions={
        <Button look={verified ? 'plain' : 'primary'} onPress={() => void mark()}>
          {t(verified ? 'safety.unmark' : 'safety.mark')}
        </Button>
      }
    >
      <p>{t('safety.how')}</p>
      <SafetyDigits digits={digits} />
      {code !== undefined && (
        <>
          <p>{t('safety.howQr')}</p>
          <div className={styles.code}>
            <QrCode content={code} label={t('safety.qr')} />
          </div>
          <ComparePicture account={who} />
        </>
      )}
      {problem && <p role="alert">{problem}</p>}
    </Dialog>
  );
}
