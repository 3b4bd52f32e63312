import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { Switch } from '../ui/choice.tsx';
import { BlockedSection } from './blocked-section.tsx';
import { choose } from './choose.ts';
import { LockSection } from './lock-section.tsx';
import { Notice } from './notice.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import styles from './privacy-page.module.css';
import { Section } from './section.tsx';

/** What others learn: contacts, people at this computer, and the computer itself. */
export function PrivacyPage() {
  return (
    <>
      <ContactsSection />
      <NotificationsSection />
      <LockSection />
      <ShieldSection />
      <BlockedSection />
    </>
  );
}

function ContactsSection() {
  const { t } = useTranslation('settings');
  const settings = useApp((app) => app.settings);
  return (
    <Section title={t('privacy.chatsTitle')}>
      <Switch
        isSelected={settings.read_receipts}
        onChange={(on) => choose({ read_receipts: on })}
        description={t('privacy.readReceiptsText')}
      >
        {t('privacy.readReceipts')}
      </Switch>
      <Switch
        isSelected={settings.typing}
        onChange={(typing) => choose({ typing })}
        description={t('privacy.typingText')}
      >
        {t('privacy.typing')}
      </Switch>
    </Section>
  );
}

function ShieldSection() {
  const { t } = useTranslation('settings');
  const on = useApp(({ settings }) => settings.shield);
  return (
    <Section title={t('shield.title')}>
      <Switch isSelected={on} onChange={(shield) => choose({ shield })} description={t('shield.text')}>
        {t('shield.switch')}
      </Switch>
      <Notice icon={EyeOff}>
        <strong>{t('shield.limitsTitle')}</strong>
        <ul className={styles.limits}>
          <li>{t('shield.limitScreens')}</li>
          <li>{t('shield.limitPrograms')}</li>
          <li>{t('shield.limitSystem')}</li>
        </ul>
      </Notice>
    </Section>
  );
}
