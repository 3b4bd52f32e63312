import { BadgeCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/avatar.tsx';
import styles from './contact-head.module.css';
import type { ContactInFull } from './use-contact.ts';

/** Picture, names, and where things stand between you. */
export function ContactHead({ contact }: { readonly contact: ContactInFull }) {
  const { t, i18n } = useTranslation('contact');
  const { t: common } = useTranslation();
  const { account_id, name, their_name, state, verified, added_at } = contact;
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'long' }).format(added_at);
  return (
    <div className={styles.head}>
      <Avatar account={account_id} name={name} size={88} />
      <p className={styles.name}>
        <bdi>{name ?? common('unnamed')}</bdi>
      </p>
      {verified && (
        <p className={styles.verified}>
          <BadgeCheck size={18} aria-hidden /> {t('verified')}
        </p>
      )}
      {name !== their_name && (
        <p className={styles.soft}>
          {their_name === null ? t('noTheirName') : <TheirName name={their_name} />}
        </p>
      )}
      <p className={styles.soft}>{t(`state.${state}`, { date })}</p>
    </div>
  );
}

/** The sentence with their own name in an element of its own, so that it cannot turn the rest around. */
function TheirName({ name }: { readonly name: string }) {
  const { t } = useTranslation('contact');
  const [before = '', after = ''] = t('theirName', { name: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <bdi>{name}</bdi>
      {after}
    </>
  );
}
