import type { NetworkSummaryValue } from '@sotto/local-api';
import { FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { readFile } from '../../share/read-file.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import form from '../form.module.css';
import type { Joining } from '../joining.ts';
import { JoinQuestion } from './join-question.tsx';
import { NetworkPreview } from './network-preview.tsx';
import styles from './network-step.module.css';
import { type JoinRead, readJoin } from './read-join.ts';

/** As the owner of a profile takes it: a thousand storage nodes. */
const MAX_NETWORK = 163_840;

interface Props {
  /** The network that the app was started with. */
  readonly started: NetworkSummaryValue | null;
  readonly joining: Joining | undefined;
  readonly onChosen: (joining: Joining) => void;
}

type Outcome = JoinRead | { readonly problem: 'too-long' | 'no-code' };

/** Look at a network text before it is used: pasted, or out of a file or picture. */
export function NetworkStep({ started, joining, onChosen }: Props) {
  const { t } = useTranslation('firstRun');
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<Outcome>();
  const [current, setCurrent] = useState<Joining | undefined>(
    joining ?? (started === null ? undefined : { summary: started, onionOnly: false }),
  );
  const last = useRef(0);
  const read = async (find: () => Promise<Outcome>) => {
    last.current += 1;
    const mine = last.current;
    const found = await find();
    // What was pasted meanwhile counts.
    if (mine === last.current) setOutcome(found);
  };
  const paste = (typed: string) => {
    setText(typed);
    setOutcome(undefined);
    void read(() => (typed.trim() === '' ? Promise.resolve({ trouble: '' }) : readJoin(typed)));
  };
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    void read(async () => {
      const found = await readFile(file, MAX_NETWORK);
      if ('problem' in found) return found;
      setText(found.text);
      return await readJoin(found.text);
    });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  };
  const found = outcome !== undefined && 'joining' in outcome ? outcome.joining : undefined;
  const link = outcome !== undefined && 'link' in outcome ? outcome.link : undefined;
  const problem =
    outcome !== undefined && 'problem' in outcome
      ? t(`network.problem.${outcome.problem}`)
      : outcome !== undefined && 'trouble' in outcome && outcome.trouble !== ''
        ? outcome.trouble
        : undefined;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is another way to what the button does
    <div className={form.form} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <h1 className={form.title}>{t('network.title')}</h1>
      {current !== undefined && found === undefined && link === undefined && (
        <>
          <NetworkPreview
            title={t(current.text === undefined ? 'network.current' : 'network.now')}
            joining={current}
            onChange={setCurrent}
          />
          <Button look="primary" wide onPress={() => onChosen(current)}>
            {t('network.keep')}
          </Button>
        </>
      )}
      <p className={form.text}>{t('network.text')}</p>
      <TextField
        autoFocus={current === undefined}
        label={t('network.field')}
        placeholder={t('network.placeholder')}
        rows={3}
        value={text}
        maxLength={MAX_NETWORK}
        autoComplete="off"
        spellCheck="false"
        error={problem}
        onChange={paste}
      />
      <div className={styles.files}>
        <FileTrigger acceptedFileTypes={['text/plain', 'image/*']} onSelect={(files) => take(files?.[0])}>
          <Button icon={FileUp}>{t('network.file')}</Button>
        </FileTrigger>
        <p className={form.small}>{t('network.drop')}</p>
      </div>
      {link !== undefined && (
        <JoinQuestion key={link} link={link} onRead={(answer) => void read(async () => answer)} />
      )}
      {found !== undefined && (
        <>
          <NetworkPreview
            title={t('network.preview')}
            joining={found}
            onChange={(changed) => setOutcome({ joining: changed })}
          />
          <Button look="primary" wide onPress={() => onChosen(found)}>
            {t('network.use')}
          </Button>
        </>
      )}
    </div>
  );
}
