import type { NetworkViewValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { Card, Fact, Facts } from './card.tsx';
import { reachOf } from './judge-roads.ts';
import { ReachWords } from './reach-words.tsx';

type Props = Pick<NetworkViewValue, 'relay' | 'roads'>;

export function RelayCard({ relay, roads }: Props) {
  const { t } = useTranslation('network');
  const latency = roads.find(({ road }) => road === 'relay')?.latency_ms;
  return (
    <Card title={t('relay.title')}>
      {relay === null ? (
        <p>{t('relay.none')}</p>
      ) : (
        <Facts>
          <Fact name={t('relay.host')}>
            <bdi dir="ltr">{relay.host}</bdi>
          </Fact>
          <Fact name={t('relay.key')}>
            {relay.key === null ? t('relay.noKey') : <code dir="ltr">{relay.key}</code>}
          </Fact>
          <Fact name={t('relay.state')}>
            <ReachWords reach={reachOf(roads, 'relay')} />
          </Fact>
          {latency !== undefined && (
            <Fact name={t('relay.latency')}>{t('roads.latency', { ms: Math.round(latency) })}</Fact>
          )}
        </Facts>
      )}
    </Card>
  );
}
