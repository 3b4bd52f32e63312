import { SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { go } from '../state/route.ts';
import { Avatar } from '../ui/avatar.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FoundMessage } from './found-message.tsx';
import styles from './search-results.module.css';
import { useSearch } from './use-search.ts';
import { arrowKeys, nearEnd } from './walk-results.ts';

interface Props {
  readonly text: string;
  readonly current: string | undefined;
}

/** Contacts and messages that hold what is searched for. */
export function SearchResults({ text, current }: Props) {
  const { t } = useTranslation('chats');
  const { found, problem, more } = useSearch(text);
  const nothing = found !== undefined && found.contacts.length + found.messages.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows lead through the buttons within
    <div
      className={styles.results}
      onKeyDown={arrowKeys}
      onScroll={({ currentTarget }) => nearEnd(currentTarget) && more()}
    >
      <p className="visually-hidden" role="status">
        {found && !nothing && t('search.found', { count: found.contacts.length + found.messages.length })}
      </p>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {nothing && (
        <div role="status">
          <EmptyState icon={SearchX} title={t('search.nothing')}>
            <p>{t('search.nothingText')}</p>
          </EmptyState>
        </div>
      )}
      {found !== undefined && found.contacts.length > 0 && (
        <section aria-labelledby="found-contacts">
          <h3 id="found-contacts" className={styles.heading}>
            {t('search.contacts')}
          </h3>
          <ul>
            {found.contacts.map(({ account_id: account, name, state }) => (
              <li key={account}>
                <button
                  type="button"
                  className={styles.result}
                  aria-current={account === current ? 'true' : undefined}
                  onClick={() => go({ screen: state === 'request' ? 'requests' : 'chats', chat: account })}
                >
                  <Avatar account={account} name={name} size={36} />
                  <bdi className={styles.name}>{name ?? t('unnamed', { ns: 'common' })}</bdi>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {found !== undefined && found.messages.length > 0 && (
        <section aria-labelledby="found-messages">
          <h3 id="found-messages" className={styles.heading}>
            {t('search.messages')}
          </h3>
          <ul>
            {found.messages.map((message) => (
              <li key={message.item.id}>
                <FoundMessage
                  found={message}
                  withName
                  onOpen={() => go({ screen: 'chats', chat: message.account_id, at: message.item.sequence })}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
