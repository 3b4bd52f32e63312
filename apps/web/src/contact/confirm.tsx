import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useAction } from '../ui/use-action.ts';

interface Props {
  readonly title: string;
  /** What is lost, and where. */
  readonly children: string;
  /** The button that does it, in words that say what. */
  readonly yes: string;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is lost. `act` closes it when it is done. */
export function Confirm({ title, children, yes, act, onClose }: Props) {
  const { t } = useTranslation();
  const { problem, run } = useAction();
  return (
    <Dialog
      alert
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button autoFocus onPress={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" onPress={() => void run(act)}>
            {yes}
          </Button>
        </>
      }
    >
      <p>{children}</p>
      {problem && <p role="alert">{problem}</p>}
    </Dialog>
  );
}
