import { useTranslation } from 'react-i18next';
import { Card } from './card.tsx';

export function ProxyCard({ proxied }: { readonly proxied: boolean }) {
  const { t } = useTranslation('network');
  return (
    <Card title={t('proxy.title')}>
      <p>{t(proxied ? 'proxy.on' : 'proxy.off')}</p>
    </Card>
  );
}
