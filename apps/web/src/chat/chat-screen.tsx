import { Paperclip, TriangleAlert } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ContactDetails } from '../contact/contact-details.tsx';
import { useApp } from '../state/app-store.ts';
import { useChats } from '../state/chats-store.ts';
import { go, type Route, replaceRoute } from '../state/route.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { useDropFiles } from './attach/use-drop-files.ts';
import { ChatBody } from './chat-body.tsx';
import { ChatFoot } from './chat-foot.tsx';
import { ChatHeader } from './chat-header.tsx';
import styles from './chat-screen.module.css';
import { ChatSearch } from './chat-search.tsx';
import { closeChat, openChat, refreshChat } from './items-store.ts';
import { NoChat } from './no-chat.tsx';
import { useCovered } from './use-covered.ts';
import { useSearchKey } from './use-search-key.ts';

interface Props {
  readonly route: Extract<Route, { screen: 'chats' | 'requests' }>;
}

/** The chat that is open, with the contact's details beside it when asked for. */
export function ChatScreen({ route }: Props) {
  const { t } = useTranslation('chat');
  const { chat: account, at } = route;
  const chat = useChats(({ byId }) => (account === undefined ? undefined : byId.get(account)));
  const opened = useApp((app) => app.state);
  const replaced = useApp((app) => app.replaced);
  const [searches, setSearches] = useState<string>();
  const isCovered = useCovered() && route.details === true;
  useEffect(() => {
    if (account === undefined) closeChat();
    else void openChat(account, at);
  }, [account, at]);
  useEffect(() => closeChat, []);
  useEffect(() => {
    // Read again after every new connection.
    if (opened !== undefined) void refreshChat();
  }, [opened]);
  const showDetails = useCallback(
    (shown: boolean) => {
      if (account === undefined) return;
      const { details: _, ...rest } = route;
      replaceRoute(shown ? { ...rest, details: true } : rest);
    },
    [account, route],
  );
  const jump = (sequence: number) => {
    if (account === undefined) return;
    // To the same place once more: the route stays what it is.
    if (at === sequence) void openChat(account, sequence);
    else replaceRoute({ screen: route.screen, chat: account, at: sequence });
  };
  const drop = useDropFiles(replaced || chat?.contact.state === 'blocked' ? undefined : account);
  useSearchKey(() => setSearches(account));
  if (account === undefined || chat === undefined) {
    return (
      <main id="main" tabIndex={-1} className={styles.screen}>
        <NoChat />
      </main>
    );
  }
  const name = chat.contact.name ?? t('unnamed', { ns: 'common' });
  return (
    <main id="main" tabIndex={-1} className={styles.screen}>
      <div className={styles.chat} inert={isCovered} {...drop.handlers}>
        <ChatHeader
          chat={chat}
          name={name}
          hasDetails={route.details === true}
          onBack={() => go({ screen: route.screen })}
          onSearch={() => setSearches(searches === account ? undefined : account)}
          onDetails={() => showDetails(route.details !== true)}
        />
        {chat.contact.warning !== null && (
          <Banner
            icon={TriangleAlert}
            tone="warning"
            actions={<Button onPress={() => showDetails(true)}>{t('warning.look')}</Button>}
          >
            {t('warning.text')}
          </Banner>
        )}
        {searches === account && (
          <ChatSearch key={account} account={account} onJump={jump} onClose={() => setSearches(undefined)} />
        )}
        <ChatBody account={account} name={name} />
        {drop.isOver && (
          <div className={styles.drop} aria-hidden="true">
            <Paperclip size={32} />
            <p>{t('attach.drop')}</p>
          </div>
        )}
        <ChatFoot
          contact={chat.contact}
          name={name}
          takesFocus={at === undefined && matchMedia('(hover: hover)').matches}
          onLookAtContact={() => showDetails(true)}
        />
      </div>
      {route.details && <ContactDetails key={account} account={account} onClose={() => showDetails(false)} />}
    </main>
  );
}
