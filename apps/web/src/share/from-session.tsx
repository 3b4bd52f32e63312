import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** The account that was brought back is one of Session's; it is told once, when the screens are there. */
const useFromSession = create<{ readonly told: boolean }>(() => ({ told: true }));

export function tellFromSession(): void {
  useFromSession.setState({ told: false });
}

/** That Session chats do not go on here, and a new ID is better. */
export function FromSession() {
  const { t } = useTranslation('share');
  const told = useFromSession((state) => state.told);
  if (told) return null;
  const close = () => useFromSession.setState({ told: true });
  return (
    <Dialog
      title={t('session.title')}
      onClose={close}
      actions={
        <Button look="primary" onPress={close}>
          {t('session.ok')}
        </Button>
      }
    >
      <p>{t('session.text')}</p>
      <p>{t('session.advice')}</p>
    </Dialog>
  );
}
