import type { PathValue } from '@sotto/local-api';
import { Waypoints } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Card } from './card.tsx';
import { PathDialog } from './path-dialog.tsx';

/** How many paths stand; the dialog shows them. */
export function PathsCard({ paths }: { readonly paths: readonly PathValue[] }) {
  const { t } = useTranslation('network');
  const [open, setOpen] = useState(false);
  return (
    <Card
      title={t('paths.title')}
      action={
        <Button icon={Waypoints} onPress={() => setOpen(true)}>
          {t('paths.show')}
        </Button>
      }
    >
      <p>{paths.length === 0 ? t('path.none') : t('paths.count', { count: paths.length })}</p>
      {open && <PathDialog onClose={() => setOpen(false)} />}
    </Card>
  );
}
