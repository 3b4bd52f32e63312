import type { ContactValue } from '@sotto/local-api';
import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { Choice } from '../ui/choice.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './contact-road.module.css';
import type { ContactInFull } from './use-contact.ts';

type RoadChoice = ContactValue['road'];

/** How this chat travels. Only roads that the account is on can be chosen. */
export function ContactRoad({ contact }: { readonly contact: ContactInFull }) {
  const { t } = useTranslation('contact');
  const { t: common } = useTranslation();
  const account = useApp((app) => app.account);
  const { problem, run } = useAction();
  const { account_id, road, effective_road, their_road } = contact;
  const can: Readonly<Record<RoadChoice, boolean>> = {
    auto: true,
    relay: account?.relay !== null,
    onion: account?.directory !== null,
  };
  const options = (['auto', 'relay', 'onion'] as const)
    .filter((each) => can[each] || each === road)
    .map((each) => ({ value: each, label: common(`road.${each}`), description: t(`road.${each}`) }));
  const choose = async (next: RoadChoice) => {
    if (next === road) return;
    if (await run(() => api().call('contacts.road', { who: account_id, road: next }))) say(t('road.changed'));
  };
  const theirs = their_road === 'onion' && effective_road === 'onion' && road !== 'onion';
  return (
    <div className={styles.road}>
      <Choice label={t('road.title')} value={road} options={options} onChange={(next) => void choose(next)} />
      {theirs && (
        <p className={styles.theirs}>
          <ShieldCheck size={18} aria-hidden />
          <span>{t('road.theirs')}</span>
        </p>
      )}
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
