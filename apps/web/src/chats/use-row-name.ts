import type { ChatValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { isolated } from '../contact/name-of.ts';

interface Seen {
  readonly types: boolean;
  readonly time: string;
  readonly selected: boolean;
}

/** A row in words: "Ana, 3 unread, draft, onion, yesterday". */
export function useRowName(): (chat: ChatValue, seen: Seen) => string {
  const { t } = useTranslation('chats');
  return ({ contact, unread, draft }, { types, time, selected }) => {
    const road = contact.effective_road ?? contact.road;
    return [
      isolated((contact.name ?? t('unnamed', { ns: 'common' })).slice(0, 100)),
      ...(contact.verified ? [t('row.verified')] : []),
      ...(unread > 0 ? [t('row.unread', { count: unread })] : []),
      ...(types ? [t('row.typing')] : []),
      ...(draft !== null && !selected ? [t('row.draft')] : []),
      ...(contact.state === 'blocked' ? [t('row.blocked')] : []),
      ...(contact.state === 'invited' ? [t('row.invited')] : []),
      ...(road === 'auto' ? [] : [t(`road.${road}`, { ns: 'common' })]),
      time,
    ].join(t('row.comma'));
  };
}
