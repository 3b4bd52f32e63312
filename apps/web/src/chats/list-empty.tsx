import { IdCard, MessagesSquare, UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MyIdDialog } from '../share/my-id.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

interface Props {
  readonly isRequests: boolean;
  readonly hasRequests: boolean;
  readonly onAdd: () => void;
}

/** What stands in a list without chats: the two ways to begin one. */
export function ListEmpty({ isRequests, hasRequests, onAdd }: Props) {
  const { t } = useTranslation('chats');
  const [showsId, setShowsId] = useState(false);
  if (isRequests) {
    return (
      <EmptyState icon={UserRoundPlus} title={t('empty.requests')}>
        <p>{t('empty.requestsText')}</p>
      </EmptyState>
    );
  }
  return (
    <>
      <EmptyState
        icon={MessagesSquare}
        title={t('empty.title')}
        actions={
          <>
            <Button look="primary" icon={IdCard} wide onPress={() => setShowsId(true)}>
              {t('empty.shareId')}
            </Button>
            <Button icon={UserRoundPlus} wide onPress={onAdd}>
              {t('empty.add')}
            </Button>
          </>
        }
      >
        <p>{t(hasRequests ? 'empty.textWithRequests' : 'empty.text')}</p>
      </EmptyState>
      {showsId && <MyIdDialog onClose={() => setShowsId(false)} />}
    </>
  );
}
