import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button.tsx';
import { Mark } from '../ui/mark.tsx';
import styles from './step.module.css';

interface Props {
  /** Absent on the first screen. */
  readonly onBack?: () => void;
  /** Something runs that going back would not stop. */
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}

/** The frame of every screen before there is an account. */
export function Step({ onBack, isBusy = false, children }: Props) {
  const { t } = useTranslation();
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        {onBack !== undefined && (
          <header className={styles.header}>
            <IconButton icon={ArrowLeft} mirrored label={t('back')} isDisabled={isBusy} onPress={onBack} />
            <Mark size={32} />
          </header>
        )}
        {children}
      </div>
    </main>
  );
}
