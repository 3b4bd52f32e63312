import type { ChatItemValue } from '@sotto/local-api';
import { Copy, Info, type LucideIcon, RotateCcw, Trash2 } from 'lucide-react';
import { Menu, MenuItem, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import menu from '../ui/menu.module.css';
import { say } from '../ui/toast.tsx';
import type { MessageActs } from './message-acts.ts';

interface Props {
  readonly item: ChatItemValue;
  readonly anchor: HTMLElement;
  readonly acts: MessageActs;
  readonly onDetails: () => void;
  readonly onClose: () => void;
}

/** What can be done with one message. One menu for all: rows stay light. */
export function MessageMenu({ item, anchor, acts, onDetails, onClose }: Props) {
  const { t } = useTranslation('chat');
  if (item.kind !== 'text') return null;
  const copy = () => {
    navigator.clipboard.writeText(item.text).then(
      () => say(t('copied', { ns: 'common' })),
      () => say(t('copyFailed', { ns: 'common' })),
    );
  };
  const entry = (id: string, label: string, Icon: LucideIcon, act: () => void, danger = false) => (
    <MenuItem
      key={id}
      id={id}
      textValue={label}
      className={`${menu.item} ${danger ? menu.danger : ''}`}
      onAction={act}
    >
      <Icon size={18} aria-hidden />
      <span>{label}</span>
    </MenuItem>
  );
  return (
    <Popover
      triggerRef={{ current: anchor }}
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      placement="bottom"
      className={menu.popover ?? ''}
      aria-label={t('actions.label')}
    >
      <Menu className={menu.menu ?? ''} aria-label={t('actions.label')} autoFocus="first" onClose={onClose}>
        {entry('copy', t('actions.copy'), Copy, copy)}
        {entry('details', t('actions.details'), Info, onDetails)}
        {item.state === 'failed' &&
          entry('retry', t('retry', { ns: 'common' }), RotateCcw, () => acts.retry(item))}
        {entry('delete', t('actions.delete'), Trash2, () => acts.remove(item), true)}
      </Menu>
    </Popover>
  );
}
