import { ArrowLeft, UserRoundPlus } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWide } from '../settings/use-wide.ts';
import { AddContactDialog } from '../share/add-contact.tsx';
import { useChats } from '../state/chats-store.ts';
import { go, type Route } from '../state/route.ts';
import { IconButton } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import styles from './chat-list.module.css';
import { ChatRows } from './chat-rows.tsx';
import { ListEmpty } from './list-empty.tsx';
import { listed } from './listed.ts';
import { RequestsRow } from './requests-row.tsx';
import { SearchField } from './search-field.tsx';
import { SearchResults } from './search-results.tsx';
import { openRow, useChatKeys } from './use-chat-keys.ts';

interface Props {
  readonly route: Extract<Route, { screen: 'chats' | 'requests' }>;
}

/** All chats, or all requests, with a search through both. */
export function ChatList({ route }: Props) {
  const { t } = useTranslation('chats');
  const { t: common } = useTranslation();
  const { byId, order, loaded } = useChats();
  const [searched, setSearched] = useState('');
  const [adds, setAdds] = useState<string>();
  const below = useRef<HTMLDivElement>(null);
  useChatKeys(route);
  const isRequests = route.screen === 'requests';
  const accounts = listed(route.screen, byId, order);
  const requests = isRequests ? 0 : order.length - accounts.length;
  const isAlone = !useWide() && route.chat === undefined;
  const Heading = isAlone ? 'h1' : 'h2';
  const title = t(isRequests ? 'requests' : 'title');
  // The same element in both roles, so that the list keeps its place when a chat is opened and left.
  const landmark = { role: isAlone ? 'main' : 'complementary', 'aria-label': title };
  return (
    <div id="list" tabIndex={-1} className={styles.list} {...landmark}>
      <div className={styles.header}>
        {isRequests && (
          <IconButton
            icon={ArrowLeft}
            label={common('back')}
            mirrored
            onPress={() => go({ screen: 'chats' })}
          />
        )}
        <Heading className={styles.title}>{title}</Heading>
        <IconButton icon={UserRoundPlus} label={t('add')} onPress={() => setAdds('')} />
      </div>
      {!isRequests && (
        <SearchField
          value={searched}
          onChange={setSearched}
          onWho={setAdds}
          onDown={() => below.current?.querySelector<HTMLElement>('[tabindex="0"], button')?.focus()}
        />
      )}
      <div ref={below} className={styles.below}>
        {searched.trim() !== '' && !isRequests ? (
          <SearchResults text={searched} current={route.chat} />
        ) : (
          <>
            {requests > 0 && <RequestsRow count={requests} />}
            {!loaded && <Spinner label={common('loading')} />}
            {loaded && accounts.length === 0 && (
              <ListEmpty isRequests={isRequests} hasRequests={requests > 0} onAdd={() => setAdds('')} />
            )}
            {accounts.length > 0 && (
              <ChatRows
                key={route.screen}
                label={title}
                accounts={accounts}
                current={route.chat}
                onOpen={(account) => openRow(route, account)}
              />
            )}
          </>
        )}
      </div>
      {adds !== undefined && (
        <AddContactDialog onClose={() => setAdds(undefined)} {...(adds === '' ? {} : { initial: adds })} />
      )}
    </div>
  );
}
