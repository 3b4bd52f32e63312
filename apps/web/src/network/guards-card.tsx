import type { GuardValue } from '@sotto/local-api';
import { CircleCheck, CirclePause, CircleSlash, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Card } from './card.tsx';
import styles from './guards-card.module.css';
import { NodeName } from './node-name.tsx';

const ICONS: Readonly<Record<GuardValue['state'], LucideIcon>> = {
  used: CircleCheck,
  reserve: CirclePause,
  resting: CircleSlash,
};

/** The few storage nodes that see this device's address. */
export function GuardsCard({ guards }: { readonly guards: readonly GuardValue[] }) {
  const { t, i18n } = useTranslation('network');
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' });
  return (
    <Card title={t('guards.title')} help={t('guards.help')}>
      {guards.length === 0 && <p>{t('guards.none')}</p>}
      <ul className={styles.guards}>
        {guards.map(({ ip, key, chosen_at, state }) => {
          const Icon = ICONS[state];
          return (
            <li key={`${ip} ${key}`} className={styles.guard}>
              <Icon size={18} aria-hidden className={styles[state]} />
              <span className={styles.words}>
                <NodeName ip={ip} beginning={key} />
                <span className={styles.state}>
                  {t(`guards.${state}`)} · {t('guards.since', { date: date.format(chosen_at) })}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
