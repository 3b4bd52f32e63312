import type { ChatValue } from '@sotto/local-api';
import { ArrowLeft, BadgeCheck, Info, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { RoadSubtitle } from '../network/road-subtitle.tsx';
import { useChats } from '../state/chats-store.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import styles from './chat-header.module.css';
import { ChatMenu } from './chat-menu.tsx';

interface Props {
  readonly chat: ChatValue;
  readonly name: string;
  readonly hasDetails: boolean;
  readonly onBack: () => void;
  readonly onSearch: () => void;
  readonly onDetails: () => void;
}

/** Whose chat it is, how it travels, and what can be done with it. */
export function ChatHeader({ chat, name, hasDetails, onBack, onSearch, onDetails }: Props) {
  const { t } = useTranslation('chat');
  const { contact } = chat;
  const types = useChats(({ typing }) => typing.has(contact.account_id));
  return (
    <header className={styles.header}>
      <div className={styles.back}>
        <IconButton icon={ArrowLeft} label={t('back', { ns: 'common' })} mirrored onPress={onBack} />
      </div>
      <div className={styles.picture}>
        <Avatar account={contact.account_id} name={contact.name} size={40} />
      </div>
      <div className={styles.words}>
        <div className={styles.line}>
          <h1 className={styles.name}>
            <bdi>{name}</bdi>
          </h1>
          {contact.verified && (
            <span className={styles.verified} title={t('verified')}>
              <BadgeCheck size={18} aria-hidden />
              <span className="visually-hidden">{t('verified')}</span>
            </span>
          )}
        </div>
        <div className={styles.line}>
          <RoadSubtitle chat={chat} />
          {types && <span className={styles.typing}>{t('typing')}</span>}
        </div>
      </div>
      <IconButton icon={Search} label={t('search.open')} onPress={onSearch} />
      <div className={styles.wide}>
        <IconButton icon={Info} label={t('menu.details')} aria-expanded={hasDetails} onPress={onDetails} />
      </div>
      <ChatMenu chat={chat} name={name} onDetails={onDetails} />
    </header>
  );
}
