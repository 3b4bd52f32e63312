import { LocalApiError } from '@sotto/local-api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isolated } from '../../contact/name-of.ts';
import { cleanName } from '../../share/clean-name.ts';
import { api } from '../../state/connection.ts';
import { Button } from '../../ui/button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { describeError } from '../../ui/use-action.ts';
import form from '../form.module.css';
import type { JoinRead } from './read-join.ts';

interface Props {
  readonly link: string;
  readonly onRead: (read: JoinRead) => void;
}

/** Nodes see who asks them, so they are asked only when the person says so. */
export function JoinQuestion({ link, onRead }: Props) {
  const { t } = useTranslation('firstRun');
  const [asking, setAsking] = useState(false);
  const name = giverOf(link);
  const ask = async () => {
    setAsking(true);
    onRead(await followJoinLink(link));
    setAsking(false);
  };
  return (
    <>
      <p className={form.text} role="status">
        {name === undefined ? t('network.askTextNameless') : t('network.askText', { name: isolated(name) })}
      </p>
      {asking ? (
        <Spinner label={t('network.asking')} />
      ) : (
        <Button look="primary" wide onPress={() => void ask()}>
          {t('network.ask')}
        </Button>
      )}
    </>
  );
}

/** The name that a link claims; what is wrong with the rest its reader says. */
function giverOf(link: string): string | undefined {
  const query = link.slice(link.indexOf('?') + 1);
  return cleanName(new URLSearchParams(query).get('n') ?? '');
}

/** Ask the storage nodes of a link what network it leads to. */
async function followJoinLink(link: string): Promise<JoinRead> {
  try {
    const { network: text, summary, account_id: account, name } = await api().call('network.join', { link });
    const inviter = { account, name: cleanName(name ?? '') };
    return { joining: { text, summary, onionOnly: false, inviter } };
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
    if (error.code === 'unreachable') return { problem: 'unanswered' };
    if (error.code === 'bad-params') return { problem: 'join' };
    return error.code === 'bad-network' ? { problem: 'unjoinable' } : { trouble: describeError(error) };
  }
}
