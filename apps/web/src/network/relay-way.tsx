import type { NetworkViewValue } from '@sotto/local-api';
import { Laptop, Server, User } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { reachOf } from './judge-roads.ts';
import { Step, Steps } from './steps.tsx';

interface Props {
  readonly relay: NonNullable<NetworkViewValue['relay']>;
  readonly roads: NetworkViewValue['roads'];
}

/** From this device over the relay to theirs. */
export function RelayWay({ relay, roads }: Props) {
  const { t } = useTranslation('network');
  const latency = roads.find(({ road }) => road === 'relay')?.latency_ms;
  const reach = reachOf(roads, 'relay');
  const note =
    reach !== 'well'
      ? t(`state.${reach}`)
      : latency === undefined
        ? t('path.unmeasured')
        : t('path.latency', { ms: Math.round(latency) });
  return (
    <Steps title={t('path.relay')} note={note}>
      <Step icon={Laptop} name={t('path.you')} end>
        {t('path.youAre')}
      </Step>
      <Step icon={Server} name={t('path.relay')}>
        <bdi dir="ltr">{relay.host}</bdi>
      </Step>
      <Step icon={User} name={t('path.recipient')} end>
        {t('path.recipientIs')}
      </Step>
    </Steps>
  );
}
