import type { PathValue } from '@sotto/local-api';
import { Laptop, Server, ShieldHalf } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NodeName } from './node-name.tsx';
import { purposeOf } from './purpose-of.ts';
import { Step, Steps } from './steps.tsx';

/** One path, hop by hop, under what goes by it. */
export function OnionPath({ path }: { readonly path: PathValue }) {
  const { t } = useTranslation('network');
  const { hops, latency_ms } = path;
  const purpose = purposeOf(path.purpose);
  const title =
    purpose.kind === 'mailbox' ? t('path.mailbox', { number: purpose.number }) : t(`path.${purpose.kind}`);
  const latency =
    latency_ms === undefined ? t('path.unmeasured') : t('path.latency', { ms: Math.round(latency_ms) });
  return (
    <Steps title={title} note={latency}>
      <Step icon={Laptop} name={t('path.you')} end>
        {t('path.youAre')}
      </Step>
      {hops.map((hop, at) => (
        <Step
          key={`${hop.ip} ${hop.key}`}
          icon={at === 0 ? ShieldHalf : undefined}
          name={t(at === 0 ? 'path.guard' : at === hops.length - 1 ? 'path.exit' : 'path.middle')}
        >
          <NodeName ip={hop.ip} beginning={hop.key} />
        </Step>
      ))}
      <Step icon={Server} name={t('path.destination')} end>
        {t(`path.destinationOf.${purpose.kind}`)}
      </Step>
    </Steps>
  );
}
