import type { SettingsValue } from '@sotto/local-api';
import {
  IdCard,
  Keyboard,
  Lock,
  type LucideIcon,
  MessageCircle,
  Palette,
  Settings,
  UserRoundPlus,
  Waypoints,
} from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { choose } from '../settings/choose.ts';
import { SETTINGS_PAGES } from '../settings/page-list.tsx';
import { useApp } from '../state/app-store.ts';
import { useChats } from '../state/chats-store.ts';
import { api } from '../state/connection.ts';
import { go } from '../state/route.ts';
import { say } from '../ui/toast.tsx';
import { describeError } from '../ui/use-action.ts';
import type { PaletteDialog } from './palette-dialog.ts';

export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly kind: 'command' | 'chat';
  /** Of a command. */
  readonly icon?: LucideIcon;
  /** Whose chat it is. */
  readonly account?: string;
  readonly run: () => void;
}

const THEMES = ['light', 'dark', 'system'] as const satisfies readonly SettingsValue['theme'][];

/** Everything that the palette offers: chats that were active last first, then commands. */
export function useEntries(show: (what: PaletteDialog) => void): readonly Entry[] {
  const { t } = useTranslation('settings');
  const byId = useChats((chats) => chats.byId);
  const order = useChats((chats) => chats.order);
  const canLock = useApp(({ state }) => state?.has_passphrase === true);
  return useMemo(() => {
    const nav = (key: 'chats' | 'requests' | 'network' | 'settings' | 'myId' | 'lock') =>
      t(`nav.${key}`, { ns: 'common' });
    const command = (id: string, label: string, icon: LucideIcon, run: () => void): Entry => ({
      id,
      label,
      icon,
      run,
      kind: 'command',
    });
    const chats = order.flatMap((account): Entry[] => {
      const contact = byId.get(account)?.contact;
      if (contact === undefined || contact.state === 'blocked') return [];
      const label = contact.name ?? t('unnamed', { ns: 'common' });
      const screen = contact.state === 'request' ? 'requests' : 'chats';
      return [{ id: account, label, account, kind: 'chat', run: () => go({ screen, chat: account }) }];
    });
    return [
      ...chats,
      command('add-contact', t('palette.addContact'), UserRoundPlus, () => show('add-contact')),
      command('my-id', nav('myId'), IdCard, () => show('my-id')),
      command('chats', nav('chats'), MessageCircle, () => go({ screen: 'chats' })),
      command('requests', nav('requests'), UserRoundPlus, () => go({ screen: 'requests' })),
      command('network', nav('network'), Waypoints, () => go({ screen: 'network' })),
      command('settings', nav('settings'), Settings, () => go({ screen: 'settings' })),
      ...SETTINGS_PAGES.map(({ page, icon }) =>
        command(`settings-${page}`, t('palette.settingsOf', { page: t(`pages.${page}`) }), icon, () =>
          go({ screen: 'settings', page }),
        ),
      ),
      ...THEMES.map((theme) =>
        command(`theme-${theme}`, t(`palette.${theme}`), Palette, () => choose({ theme })),
      ),
      command('list', t('shortcuts.title'), Keyboard, () => show('list')),
      ...(canLock ? [command('lock', nav('lock'), Lock, lock)] : []),
    ];
  }, [t, byId, order, canLock, show]);
}

function lock(): void {
  api()
    .call('app.lock', {})
    .catch((error: unknown) => say(describeError(error)));
}
