import type { ContactValue } from '@sotto/local-api';
import { HardDrive, Layers, type LucideIcon, Waypoints, Zap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './road-mark.module.css';

interface Props {
  /** Null: no road has carried it yet. */
  readonly road: ContactValue['road'] | null;
  /** Only the icon is seen; the words are there for screen readers and under the pointer. */
  readonly compact?: boolean;
}

const ICONS: Readonly<Record<ContactValue['road'] | 'none', LucideIcon>> = {
  relay: Zap,
  onion: Layers,
  auto: Waypoints,
  none: HardDrive,
};

/** Which road something took or takes: an icon with its word. */
export function RoadMark({ road, compact = false }: Props) {
  const { t } = useTranslation();
  const name = road ?? 'none';
  const Icon = ICONS[name];
  const words = t(`road.${name}`);
  return (
    <span className={styles.mark} {...(compact ? { title: words } : {})}>
      <Icon size={14} aria-hidden />
      <span className={compact ? 'visually-hidden' : ''}>{words}</span>
    </span>
  );
}
