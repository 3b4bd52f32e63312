import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { useAction } from '../ui/use-action.ts';
import styles from './contact-warning.module.css';
import type { ContactInFull } from './use-contact.ts';

const KNOWN = ['record-forked', 'record-rolled-back', 'record-unproven', 'version-lowered'] as const;

/** What it may mean that an entry of their devices was refused, and how to go on. */
export function ContactWarning({ contact }: { readonly contact: ContactInFull }) {
  const { t } = useTranslation('contact');
  const { problem, run } = useAction();
  const { warning, account_id } = contact;
  if (warning === null) return null;
  const kind = KNOWN.find((known) => known === warning) ?? 'other';
  return (
    <section className={styles.warning}>
      <h3 className={styles.title}>
        <TriangleAlert size={20} aria-hidden />
        <span>{t('warning.title')}</span>
      </h3>
      <p>{t(`warning.${kind}`)}</p>
      <p>{t('warning.paused')}</p>
      <h4 className={styles.subtitle}>{t('warning.doTitle')}</h4>
      <p>{t('warning.do')}</p>
      {problem && <p role="alert">{problem}</p>}
      <Button onPress={() => void run(() => api().call('contacts.acknowledge', { who: account_id }))}>
        {t('warning.accept')}
      </Button>
    </section>
  );
}
