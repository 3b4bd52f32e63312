import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { useChats } from '../state/chats-store.ts';
import { titleWith, unreadTotal } from './unread-total.ts';

/** The tab says how much is new, and nothing else. A locked one does not say that either. */
export function useTitle(): void {
  const { t } = useTranslation();
  const isReady = useApp(({ state }) => state?.stage === 'ready');
  const total = useChats(({ byId }) => unreadTotal(byId.values()));
  const title = titleWith(isReady ? total : 0, t('appName'));
  useEffect(() => {
    document.title = title;
  }, [title]);
}
