import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

interface Props {
  readonly onClose: () => void;
  readonly onSend: () => void;
}

/** What is typed looks like recovery words: whoever gets them has the account. */
export function WordsDialog({ onClose, onSend }: Props) {
  const { t } = useTranslation('chat');
  return (
    <Dialog
      alert
      title={t('words.title')}
      onClose={onClose}
      actions={
        <>
          <Button look="danger" onPress={onSend}>
            {t('words.send')}
          </Button>
          <Button look="primary" autoFocus onPress={onClose}>
            {t('words.keep')}
          </Button>
        </>
      }
    >
      <p>{t('words.text')}</p>
    </Dialog>
  );
}
