import { CircleUserRound, Lock, MessageCircle, Settings, UserRoundPlus, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoadDot } from '../network/road-dot.tsx';
import { useRoadWords } from '../network/use-road-words.ts';
import { MyIdDialog } from '../share/my-id.tsx';
import { useApp } from '../state/app-store.ts';
import { useChats } from '../state/chats-store.ts';
import { api } from '../state/connection.ts';
import { go, useRoute } from '../state/route.ts';
import { Avatar } from '../ui/avatar.tsx';
import { say } from '../ui/toast.tsx';
import { describeError } from '../ui/use-action.ts';
import styles from './rail.module.css';
import { RailButton } from './rail-button.tsx';

/** The sections of the app; at the bottom of small screens, at the side of others. */
export function Rail() {
  const { t } = useTranslation();
  const route = useRoute();
  const account = useApp((app) => app.account);
  const canLock = useApp((app) => app.state?.has_passphrase === true);
  const unread = useChats(({ byId }) =>
    [...byId.values()].reduce(
      (sum, { contact, unread: n }) =>
        sum + (contact.state === 'accepted' || contact.state === 'invited' ? n : 0),
      0,
    ),
  );
  const requests = useChats(
    ({ byId }) => [...byId.values()].filter(({ contact }) => contact.state === 'request').length,
  );
  const roads = useRoadWords();
  const [showsId, setShowsId] = useState(false);
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <RailButton label={t('nav.myId')} onPress={() => setShowsId(true)}>
        {account ? (
          <Avatar account={account.account_id} name={account.name} size={32} />
        ) : (
          <CircleUserRound size={24} aria-hidden />
        )}
      </RailButton>
      <RailButton
        label={t('nav.chats')}
        count={unread}
        current={route.screen === 'chats'}
        onPress={() => go({ screen: 'chats' })}
      >
        <MessageCircle size={24} aria-hidden />
      </RailButton>
      <RailButton
        label={t('nav.requests')}
        count={requests}
        current={route.screen === 'requests'}
        onPress={() => go({ screen: 'requests' })}
      >
        <UserRoundPlus size={24} aria-hidden />
      </RailButton>
      <span className={styles.gap} />
      {canLock && (
        <RailButton
          label={t('nav.lock')}
          onPress={() => {
            api()
              .call('app.lock', {})
              .catch((error: unknown) => say(describeError(error)));
          }}
        >
          <Lock size={22} aria-hidden />
        </RailButton>
      )}
      <RailButton
        label={t('nav.network')}
        hint={roads}
        current={route.screen === 'network'}
        onPress={() => go({ screen: 'network' })}
      >
        <Waypoints size={24} aria-hidden />
        <RoadDot />
      </RailButton>
      <RailButton
        label={t('nav.settings')}
        current={route.screen === 'settings'}
        onPress={() => go({ screen: 'settings' })}
      >
        <Settings size={24} aria-hidden />
      </RailButton>
      {showsId && <MyIdDialog onClose={() => setShowsId(false)} />}
    </nav>
  );
}
