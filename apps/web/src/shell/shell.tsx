import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ChatScreen } from '../chat/chat-screen.tsx';
import { ChatList } from '../chats/chat-list.tsx';
import { NetworkPage } from '../network/network-page.tsx';
import { RoadBanner } from '../network/road-banner.tsx';
import { useNotifications } from '../notify/use-notifications.ts';
import { PaletteKeys } from '../palette/palette-keys.tsx';
import { SettingsPage } from '../settings/settings-page.tsx';
import { WordsBanner } from '../share/words-banner.tsx';
import { Shield } from '../shield/shield.tsx';
import { useAutoLock } from '../shield/use-auto-lock.ts';
import { useConnection } from '../state/connection.ts';
import { useRoute } from '../state/route.ts';
import { Banner } from '../ui/banner.tsx';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { SkipLinks } from './skip-links.tsx';

/**
 * The frame of an account's screens: rail, list, and what is open. Below 720 px one of them at a time:
 * `data-open` tells the style sheet which; an open chat has the whole screen for itself.
 */
export function Shell() {
  const { t } = useTranslation();
  const route = useRoute();
  useAutoLock();
  useNotifications();
  const lost = useConnection((connection) => connection.phase !== 'open');
  const chats = route.screen === 'chats' || route.screen === 'requests';
  const open = !chats ? 'main' : route.chat === undefined ? 'list' : 'chat';
  return (
    <div className={styles.shell} data-open={open}>
      <SkipLinks />
      <Rail />
      <div className={styles.column}>
        <header>
          {lost && (
            <Banner icon={Unplug} tone="warning" live>
              {t('door.lost')}
            </Banner>
          )}
          <RoadBanner />
          <div className={styles.reminder}>
            <WordsBanner />
          </div>
        </header>
        <div className={styles.panes}>
          {chats && <ChatList route={route} />}
          {chats && <ChatScreen route={route} />}
          {route.screen === 'network' && <NetworkPage />}
          {route.screen === 'settings' && <SettingsPage page={route.page} />}
        </div>
      </div>
      <PaletteKeys />
      <Shield />
    </div>
  );
}
