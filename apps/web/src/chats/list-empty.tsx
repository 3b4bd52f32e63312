import { IdCard, MessageCircle, MessagesSquare, UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isolated } from '../contact/name-of.ts';
import { useInviter } from '../first-run/inviter.ts';
import { AddContactDialog } from '../share/add-contact.tsx';
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
  const { t: share } = useTranslation('share');
  const inviter = useInviter((state) => state.inviter);
  const [showsId, setShowsId] = useState(false);
  const [writes, setWrites] = useState(false);
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
            {inviter !== undefined && (
              <Button look="primary" icon={MessageCircle} wide onPress={() => setWrites(true)}>
                {inviter.name === undefined
                  ? share('join.writeNameless')
                  : share('join.write', { name: isolated(inviter.name) })}
              </Button>
            )}
            <Button
              look={inviter === undefined ? 'primary' : 'plain'}
              icon={IdCard}
              wide
              onPress={() => setShowsId(true)}
            >
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
      {writes && inviter !== undefined && (
        <AddContactDialog
          initial={inviter.account}
          {...(inviter.name === undefined ? {} : { initialName: inviter.name })}
          onClose={() => setWrites(false)}
        />
      )}
    </>
  );
}
