import { useTranslation } from 'react-i18next';
import { isolated } from '../../contact/name-of.ts';
import { Facts } from '../../settings/facts.tsx';
import { Switch } from '../../ui/choice.tsx';
import { canBeOnionOnly, type Joining } from '../joining.ts';
import styles from './network-preview.module.css';

interface Props {
  readonly title: string;
  readonly joining: Joining;
  readonly onChange: (joining: Joining) => void;
}

/** What a network is made of, for a person to decide. */
export function NetworkPreview({ title, joining, onChange }: Props) {
  const { t } = useTranslation('firstRun');
  const { summary, ticket, onionOnly, inviter } = joining;
  const { relay, directory } = summary;
  const nodes = directory && {
    count: directory.nodes,
    swarms: t('network.swarms', { count: directory.swarms }),
  };
  return (
    <section className={styles.preview} aria-label={title}>
      <h2 className={styles.title}>{title}</h2>
      <Facts
        facts={[
          { name: t('network.relay'), value: relay?.host ?? t('network.noRelay') },
          {
            name: t('network.nodes'),
            value: nodes === null ? t('network.noNodes') : t('network.nodesIn', nodes),
          },
          ...(directory === null
            ? []
            : [
                {
                  name: t('network.signers'),
                  value:
                    directory.threshold === 0
                      ? t('network.unsigned')
                      : t('network.signersOf', {
                          count: directory.signers,
                          threshold: directory.threshold,
                        }),
                },
                { name: t('network.name'), value: directory.name },
              ]),
        ]}
      />
      {directory !== null && <p className={styles.small}>{t('network.nameText')}</p>}
      {inviter !== undefined && (
        <p className={styles.small}>
          {t('network.invitedBy', { name: isolated(inviter.name ?? shortId(inviter.account)) })}
        </p>
      )}
      {ticket !== undefined && <p className={styles.small}>{t('network.invited')}</p>}
      {canBeOnionOnly(summary) && (
        <Switch
          isSelected={onionOnly}
          description={t('network.onionOnlyText')}
          onChange={(only) => onChange({ ...joining, onionOnly: only })}
        >
          {t('network.onionOnly')}
        </Switch>
      )}
    </section>
  );
}

/** Enough digits of an ID to know it again. */
function shortId(account: string): string {
  return `${account.slice(0, 8)}…${account.slice(-8)}`;
}
