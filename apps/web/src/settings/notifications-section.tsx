import type { SettingsValue } from '@sotto/local-api';
import { BellOff, BellRing } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { say } from '../ui/toast.tsx';
import { choose } from './choose.ts';
import { Notice } from './notice.tsx';
import { askForNotifications, useNotificationPermission } from './notification-permission.ts';
import { Buttons, Section } from './section.tsx';

const LEVELS = ['off', 'hidden', 'name'] as const satisfies readonly SettingsValue['notifications'][];

/** How much a notification says, and whether the browser shows any. */
export function NotificationsSection() {
  const { t } = useTranslation('settings');
  const chosen = useApp(({ settings }) => settings.notifications);
  const permission = useNotificationPermission();
  const failed = () => say(t('notifications.testFailed'));
  const ask = () => void askForNotifications().catch(failed);
  const show = () => {
    try {
      const shown = new Notification(t('appName', { ns: 'common' }), { body: t('notifications.testBody') });
      shown.addEventListener('error', failed);
    } catch {
      // Browsers that show them from service workers only throw here.
      failed();
    }
  };
  return (
    <Section title={t('notifications.title')} quiet>
      <Choice
        label={t('notifications.title')}
        value={chosen}
        onChange={(notifications) => {
          choose({ notifications });
          if (notifications !== 'off') ask();
        }}
        options={LEVELS.map((value) => ({
          value,
          label: t(`notifications.${value}`),
          description: t(`notifications.${value}Text`),
        }))}
      />
      {chosen !== 'off' && permission === 'default' && (
        <Notice icon={BellRing} actions={<Button onPress={ask}>{t('notifications.allow')}</Button>}>
          {t('notifications.ask')}
        </Notice>
      )}
      {chosen !== 'off' && (permission === 'denied' || permission === 'unsupported') && (
        <Notice icon={BellOff} tone="warning">
          {t(`notifications.${permission}`)}
        </Notice>
      )}
      {chosen !== 'off' && permission === 'granted' && (
        <>
          <Notice icon={BellRing}>{t('notifications.kept')}</Notice>
          <Buttons>
            <Button onPress={show}>{t('notifications.test')}</Button>
          </Buttons>
        </>
      )}
    </Section>
  );
}
