import type { ChatValue } from '@sotto/local-api';
import { Ban, CheckCheck, EllipsisVertical, Eraser, Info, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../contact/confirm.tsx';
import { isolated } from '../contact/name-of.ts';
import { putChat } from '../state/chats-store.ts';
import { api } from '../state/connection.ts';
import { replaceRoute } from '../state/route.ts';
import { Menu } from '../ui/menu.tsx';
import { say } from '../ui/toast.tsx';
import { describeError } from '../ui/use-action.ts';

interface Props {
  readonly chat: ChatValue;
  readonly name: string;
  readonly onDetails: () => void;
}

type Asked = 'block' | 'clear' | 'delete';
const COMMANDS = { block: 'contacts.block', clear: 'chats.clear', delete: 'contacts.delete' } as const;
const DONE = { block: 'done.blocked', clear: 'done.cleared', delete: 'done.deleted' } as const;

/** What can be done with a chat. What ends something asks first, in the words of the contact's panel. */
export function ChatMenu({ chat: { contact, last, unread }, name, onDetails }: Props) {
  const { t } = useTranslation('chat');
  const { t: words } = useTranslation('contact');
  const [asked, setAsked] = useState<Asked>();
  const who = contact.account_id;
  const mark = () => {
    if (last === null) return;
    api()
      .call('chats.mark', { who, through: last.sequence })
      .then(putChat)
      .catch((error: unknown) => say(describeError(error)));
  };
  const act = async (what: Asked) => {
    await api().call(COMMANDS[what], { who });
    say(words(DONE[what]));
    setAsked(undefined);
    if (what === 'delete') replaceRoute({ screen: 'chats' });
  };
  const ask = (what: Asked) => () => setAsked(what);
  return (
    <>
      <Menu
        icon={EllipsisVertical}
        label={t('menu.label')}
        entries={[
          { id: 'details', label: t('menu.details'), icon: Info, onAction: onDetails },
          ...(unread > 0
            ? [{ id: 'read', label: t('menu.markRead'), icon: CheckCheck, onAction: mark }]
            : []),
          { id: 'clear', label: t('menu.clear'), icon: Eraser, danger: true, onAction: ask('clear') },
          ...(contact.state === 'blocked'
            ? []
            : [{ id: 'block', label: t('menu.block'), icon: Ban, danger: true, onAction: ask('block') }]),
          { id: 'delete', label: t('menu.delete'), icon: Trash2, danger: true, onAction: ask('delete') },
        ]}
      />
      {asked && (
        <Confirm
          title={words(`confirm.${asked}Title`, { name: isolated(name) })}
          yes={words(`confirm.${asked}Now`)}
          act={() => act(asked)}
          onClose={() => setAsked(undefined)}
        >
          {words(`confirm.${asked}`)}
        </Confirm>
      )}
    </>
  );
}
