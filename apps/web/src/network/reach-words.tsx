import { Circle, CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Reach } from './judge-roads.ts';
import styles from './reach-words.module.css';

const ICONS: Readonly<Record<Reach, LucideIcon>> = {
  well: CircleCheck,
  coming: CircleDashed,
  ill: CircleAlert,
  down: CircleX,
  stopped: CircleX,
  absent: Circle,
};

/** How a road does, by shape, colour and word. */
export function ReachWords({ reach }: { readonly reach: Reach }) {
  const { t } = useTranslation('network');
  const Icon = ICONS[reach];
  return (
    <span className={styles.reach} data-reach={reach}>
      <Icon size={16} aria-hidden />
      {t(`state.${reach}`)}
    </span>
  );
}
