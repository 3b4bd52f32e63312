import { LocalApiError } from '@sotto/local-api';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { Joining } from './joining.ts';
import { networkOfRelay } from './network/network-of-relay.ts';
import { isSameRelay, readInvite } from './network/read-invite.ts';

interface Props {
  readonly joining: Joining;
  /** Why the account was not taken in, if it was not. */
  readonly code: string | undefined;
  readonly onJoining: (joining: Joining) => void;
}

/** The invite that a relay asks for; not there as long as none does. */
export function InviteField({ joining, code, onJoining }: Props) {
  const { t } = useTranslation('firstRun');
  const [text, setText] = useState('');
  const [bad, setBad] = useState(false);
  const [other, setOther] = useState<Joining>();
  const last = useRef(0);
  const asked = code === 'needs-invite' || code === 'invite-refused' || text !== '';
  if (!asked || joining.onionOnly) return null;
  const read = async (typed: string) => {
    last.current += 1;
    const mine = last.current;
    setText(typed);
    setOther(undefined);
    const { ticket: _before, ...rest } = joining;
    const { relay } = rest.summary;
    const invite = await readInvite(typed);
    const fits = invite !== undefined && relay !== null && isSameRelay(invite.relay, relay.url);
    const elsewhere = invite === undefined || fits ? undefined : await joiningOf(invite);
    // What was typed meanwhile counts.
    if (mine !== last.current) return;
    setBad(typed.trim() !== '' && !fits && elsewhere === undefined);
    setOther(elsewhere);
    onJoining(fits ? { ...rest, ticket: invite.ticket } : rest);
  };
  const host = other?.summary.relay?.host;
  return (
    <>
      <TextField
        label={t('invite.field')}
        description={t('invite.text')}
        placeholder="sotto://invite?…"
        value={text}
        maxLength={2048}
        autoComplete="off"
        error={bad ? t('invite.bad') : host === undefined ? undefined : t('invite.otherRelay', { host })}
        onChange={(typed) => void read(typed)}
      />
      {other !== undefined && (
        <Button
          onPress={() => {
            onJoining(other);
            setOther(undefined);
          }}
        >
          {t('invite.useRelay')}
        </Button>
      )}
    </>
  );
}

/** The network of an invite alone; undefined when its relay cannot be read. */
async function joiningOf(invite: {
  readonly relay: string;
  readonly ticket: string;
}): Promise<Joining | undefined> {
  const text = await networkOfRelay(invite.relay);
  try {
    const summary = await api().call('network.inspect', { network: text });
    return { text, summary, ticket: invite.ticket, onionOnly: false };
  } catch (error) {
    if (error instanceof LocalApiError) return undefined;
    throw error;
  }
}
