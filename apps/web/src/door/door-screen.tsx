import { DoorClosed } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../ui/empty-state.tsx';
import { Spinner } from '../ui/spinner.tsx';

/** Before anything can be shown: connecting, waiting, or not let in. */
export function DoorScreen({ phase }: { readonly phase: 'connecting' | 'open' | 'lost' | 'refused' }) {
  const { t } = useTranslation();
  if (phase === 'refused') {
    return (
      <main>
        <EmptyState icon={DoorClosed} title={t('door.refusedTitle')}>
          <p>{t('door.refused')}</p>
          <p>{t('door.refusedDo')}</p>
        </EmptyState>
      </main>
    );
  }
  return (
    <main>
      <h1 className="visually-hidden">{t('appName')}</h1>
      <Spinner label={t(phase === 'lost' ? 'door.lost' : 'door.connecting')} />
    </main>
  );
}
