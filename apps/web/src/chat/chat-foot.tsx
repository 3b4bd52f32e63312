import type { ContactValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { useChats } from '../state/chats-store.ts';
import { Composer } from './composer.tsx';
import { BlockedBar, ReplacedBar } from './locked-bar.tsx';
import { RequestBar } from './request-bar.tsx';

interface Props {
  readonly contact: ContactValue;
  readonly name: string;
  readonly takesFocus: boolean;
  readonly onLookAtContact: () => void;
}

/** Below the lines: where one writes, or why one cannot. */
export function ChatFoot({ contact, name, takesFocus, onLookAtContact }: Props) {
  const { t } = useTranslation('chat');
  const replaced = useApp((app) => app.replaced);
  const { account_id: account, state } = contact;
  if (replaced) return <ReplacedBar />;
  if (state === 'blocked') return <BlockedBar account={account} />;
  return (
    <>
      {state === 'request' && <RequestBar account={account} name={name} />}
      <Composer
        key={account}
        account={account}
        name={name}
        draft={useChats.getState().byId.get(account)?.draft ?? ''}
        placeholder={t(state === 'request' ? 'composer.reply' : 'composer.placeholder')}
        takesFocus={takesFocus && state !== 'request'}
        onLookAtContact={onLookAtContact}
      />
    </>
  );
}
