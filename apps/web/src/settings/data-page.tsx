import { Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { DeleteDialog, type DeleteScope } from './delete/delete-dialog.tsx';
import { ExportDialog } from './export/export-dialog.tsx';
import { Buttons, Section } from './section.tsx';

const SCOPES: readonly DeleteScope[] = ['here', 'everywhere'];

/** Take everything along, or leave. */
export function DataPage() {
  const { t } = useTranslation('settings');
  const [exports, setExports] = useState(false);
  const [deletes, setDeletes] = useState<DeleteScope>();
  return (
    <>
      <Section title={t('data.exportTitle')} text={t('data.exportText')}>
        <Buttons>
          <Button icon={Download} onPress={() => setExports(true)}>
            {t('data.exportStart')}
          </Button>
        </Buttons>
      </Section>
      {SCOPES.map((scope) => (
        <Section key={scope} title={t(`data.${scope}Title`)} text={t(`data.${scope}Text`)}>
          <Buttons>
            <Button look="danger" icon={Trash2} onPress={() => setDeletes(scope)}>
              {t(`data.${scope}Start`)}
            </Button>
          </Buttons>
        </Section>
      ))}
      {exports && <ExportDialog onClose={() => setExports(false)} />}
      {deletes && <DeleteDialog scope={deletes} onClose={() => setDeletes(undefined)} />}
    </>
  );
}
