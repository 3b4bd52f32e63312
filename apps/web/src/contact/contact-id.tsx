import { QrCode as QrIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import styles from './contact-id.module.css';
import { Section } from './section.tsx';
import type { ContactInFull } from './use-contact.ts';

/** How others add this contact. */
export function ContactId({ contact: { account_id, link } }: { readonly contact: ContactInFull }) {
  const { t } = useTranslation('contact');
  const [showsQr, setShowsQr] = useState(false);
  return (
    <Section title={t('id.title')}>
      <code dir="ltr" className={styles.id}>
        {account_id}
      </code>
      <p className={styles.help}>{t('id.help')}</p>
      <div className={styles.actions}>
        <CopyButton text={account_id} label={t('id.copyId')} />
        {link !== undefined && <CopyButton text={link} label={t('id.copyLink')} />}
        {link !== undefined && (
          <Button icon={QrIcon} aria-expanded={showsQr} onPress={() => setShowsQr(!showsQr)}>
            {t(showsQr ? 'id.hideQr' : 'id.showQr')}
          </Button>
        )}
      </div>
      {showsQr && link !== undefined && <QrCode content={link} label={t('id.qr')} />}
    </Section>
  );
}
