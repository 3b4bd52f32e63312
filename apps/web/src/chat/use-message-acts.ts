import type { ChatItemValue } from '@sotto/local-api';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { say } from '../ui/toast.tsx';
import { describeError } from '../ui/use-action.ts';
import { putBack, takeAway, useItems } from './items-store.ts';
import type { MessageActs } from './message-acts.ts';

/** How long a deleted message can be brought back: as long as the line that says so stands. */
const UNDO_MS = 7_000;

/** What the actions of messages do. The same object while the chat stays the same. */
export function useMessageActs(
  account: string,
  openMenu: MessageActs['openMenu'],
  focus: (sequence: number) => void,
): MessageActs {
  const { t } = useTranslation('chat');
  return useMemo(
    () => ({
      openMenu,
      retry: ({ id }) => {
        const again = async () => api().call('messages.retry', { id });
        again().catch((error: unknown) => say(describeError(error)));
      },
      remove: (item) => {
        const beside = neighbourOf(item);
        takeAway(item.id);
        // What had the focus is gone.
        if (beside !== undefined) focus(beside);
        const forget = () => {
          removeEventListener('pagehide', forget);
          // Asynchronous also where there is no connection to ask over.
          const ask = async () => api().call('messages.delete', { id: item.id });
          ask().catch((error: unknown) => {
            putBack(account, item);
            say(describeError(error));
          });
        };
        const timer = setTimeout(forget, UNDO_MS);
        // Whoever closes the page meanwhile has not taken it back.
        addEventListener('pagehide', forget);
        say(t('deleted'), {
          label: t('undo', { ns: 'common' }),
          run: () => {
            clearTimeout(timer);
            removeEventListener('pagehide', forget);
            putBack(account, item);
          },
        });
      },
    }),
    [account, openMenu, focus, t],
  );
}

/** The message after another, or the one before the last. */
function neighbourOf({ id }: ChatItemValue): number | undefined {
  const items = useItems.getState().window?.items ?? [];
  const at = items.findIndex((item) => item.id === id);
  return (items[at + 1] ?? items[at - 1])?.sequence;
}
