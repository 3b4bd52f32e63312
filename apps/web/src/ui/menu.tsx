import type { LucideIcon } from 'lucide-react';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { IconButton } from './button.tsx';
import styles from './menu.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly danger?: boolean;
  readonly onAction: () => void;
}

interface Props {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
}

/** A button that opens a menu: arrow keys, typing ahead, Esc. */
export function Menu({ icon, label, entries }: Props) {
  return (
    <MenuTrigger>
      <IconButton icon={icon} label={label} />
      <Popover className={styles.popover ?? ''} placement="bottom end">
        <AriaMenu
          className={styles.menu ?? ''}
          onAction={(id) => entries.find((entry) => entry.id === id)?.onAction()}
        >
          {entries.map(({ id, label: words, icon: Icon, danger }) => (
            <MenuItem
              key={id}
              id={id}
              textValue={words}
              className={`${styles.item} ${danger ? styles.danger : ''}`}
            >
              {Icon && <Icon size={18} aria-hidden />}
              <span>{words}</span>
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
