import type { LucideIcon } from 'lucide-react';
import { Button as AriaButton, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';
import styles from './button.module.css';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

interface Props extends Omit<ButtonProps, 'className' | 'style' | 'children'> {
  readonly look?: Look;
  readonly icon?: LucideIcon;
  readonly children: string;
  /** It takes the whole width of what it stands in. */
  readonly wide?: boolean;
}

/** A button with words. */
export function Button({ look = 'plain', icon: Icon, children, wide = false, ...props }: Props) {
  return (
    <AriaButton {...props} className={`${styles.button} ${styles[look]} ${wide ? styles.wide : ''}`}>
      {Icon && <Icon size={18} aria-hidden />}
      <span>{children}</span>
    </AriaButton>
  );
}

interface IconProps extends Omit<ButtonProps, 'className' | 'style' | 'children' | 'aria-label'> {
  readonly icon: LucideIcon;
  /** What it does: its name for everybody, and its tooltip. */
  readonly label: string;
  readonly look?: Look;
  /** The icon points along the line of text. */
  readonly mirrored?: boolean;
}

/** A button that shows an icon and is named in words. */
export function IconButton({ icon: Icon, label, look = 'quiet', mirrored = false, ...props }: IconProps) {
  return (
    <TooltipTrigger delay={600}>
      <AriaButton {...props} aria-label={label} className={`${styles.icon} ${styles[look]}`}>
        <Icon size={20} aria-hidden className={mirrored ? 'mirrored' : ''} />
      </AriaButton>
      <Tooltip className={styles.tooltip ?? ''} offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
