import type { NetworkViewValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { Card, Fact, Facts } from './card.tsx';

type Props = Pick<NetworkViewValue, 'directory'>;

/** The list of storage nodes that is believed. */
export function DirectoryCard({ directory }: Props) {
  const { t, i18n } = useTranslation('network');
  if (directory === null) {
    return (
      <Card title={t('directory.title')}>
        <p>{t('directory.none')}</p>
      </Card>
    );
  }
  const { name, sequence, issued_at, nodes, swarms, signers, threshold } = directory;
  const issued = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'long', timeStyle: 'short' });
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Card title={t('directory.title')} help={t('directory.help')}>
      <Facts>
        <Fact name={t('directory.name')}>
          <code dir="ltr">{name}</code>
        </Fact>
        <Fact name={t('directory.issued')}>{issued.format(issued_at)}</Fact>
        <Fact name={t('directory.sequence')}>{number.format(sequence)}</Fact>
        <Fact name={t('directory.nodes')}>{number.format(nodes)}</Fact>
        <Fact name={t('directory.swarms')}>{number.format(swarms)}</Fact>
        <Fact name={t('directory.signers')}>
          {threshold === 0 ? t('directory.unsigned') : t('directory.threshold', { threshold, signers })}
        </Fact>
      </Facts>
    </Card>
  );
}
