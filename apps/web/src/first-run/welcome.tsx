import { KeyRound, UserRoundPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../settings/notice.tsx';
import { Button } from '../ui/button.tsx';
import { Mark } from '../ui/mark.tsx';
import type { Joining } from './joining.ts';
import { NetworkLine } from './network/network-line.tsx';
import styles from './welcome.module.css';

interface Props {
  /** Keys were made before, and no network has taken them in. */
  readonly incomplete: boolean;
  readonly joining: Joining | undefined;
  readonly onStart: (way: 'create' | 'restore') => void;
  readonly onNetwork: () => void;
}

/** The first screen of all. */
export function Welcome({ incomplete, joining, onStart, onNetwork }: Props) {
  const { t } = useTranslation('firstRun');
  return (
    <div className={styles.welcome}>
      <Mark size={88} />
      <h1 className={styles.title}>{t(incomplete ? 'incomplete.title' : 'welcome.title')}</h1>
      {incomplete ? (
        <div className={styles.notice}>
          <Notice icon={KeyRound}>{t('incomplete.text')}</Notice>
        </div>
      ) : (
        <p className={styles.text}>{t('welcome.text')}</p>
      )}
      <div className={styles.ways}>
        <Button look="primary" icon={UserRoundPlus} wide autoFocus onPress={() => onStart('create')}>
          {t(incomplete ? 'incomplete.create' : 'welcome.create')}
        </Button>
        <Button icon={KeyRound} wide onPress={() => onStart('restore')}>
          {t('welcome.restore')}
        </Button>
      </div>
      <NetworkLine joining={joining} onChange={onNetwork} />
      {!incomplete && <p className={styles.small}>{t('welcome.nothingSent')}</p>}
    </div>
  );
}
