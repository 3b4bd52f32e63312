import type { ChatValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { putChat, useChats } from '../state/chats-store.ts';
import { api } from '../state/connection.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './privacy-page.module.css';
import { Section } from './section.tsx';

/** Everybody who was blocked. */
export function BlockedSection() {
  const { t } = useTranslation('settings');
  const byId = useChats((chats) => chats.byId);
  const blocked = [...byId.values()].filter(({ contact }) => contact.state === 'blocked');
  return (
    <Section title={t('blocked.title')} {...(blocked.length === 0 ? { text: t('blocked.none') } : {})}>
      {blocked.length > 0 && (
        <ul>
          {blocked.map((chat) => (
            <Blocked key={chat.contact.account_id} chat={chat} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Blocked({ chat }: { readonly chat: ChatValue }) {
  const { t } = useTranslation('settings');
  const { problem, run } = useAction();
  const { account_id: who, name } = chat.contact;
  const called = name ?? t('unnamed', { ns: 'common' });
  const unblock = () =>
    run(async () => {
      const contact = await api().call('contacts.unblock', { who });
      putChat({ ...chat, contact });
      say(t('blocked.unblocked'));
    });
  return (
    <li>
      <div className={styles.blocked}>
        <Avatar account={who} name={name} size={36} />
        <span className={styles.name}>
          <bdi>{called}</bdi>
        </span>
        <Button aria-label={t('blocked.unblockName', { name: called })} onPress={() => void unblock()}>
          {t('blocked.unblock')}
        </Button>
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </li>
  );
}
