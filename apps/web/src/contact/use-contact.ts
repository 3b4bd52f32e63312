import { type ContactDeviceValue, LocalApiError, type Result } from '@sotto/local-api';
import { useEffect, useState } from 'react';
import { api, onEvent, useConnection } from '../state/connection.ts';
import { describeError } from '../ui/use-action.ts';

export type ContactInFull = Result<'contacts.show'>;

interface Loaded {
  readonly contact: ContactInFull;
  readonly devices: readonly ContactDeviceValue[];
}

/** A contact with everything that only the details show, read again whenever something of it changes. */
export function useContact(account: string): {
  readonly loaded: Loaded | undefined;
  readonly problem: string | undefined;
} {
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<string>();
  const open = useConnection(({ phase }) => phase === 'open');
  useEffect(() => {
    if (!open) return;
    // An answer for another contact, or one that a newer one has overtaken, is not shown.
    let last = 0;
    const read = async () => {
      const mine = ++last;
      try {
        const [contact, { devices }] = await Promise.all([
          api().call('contacts.show', { who: account }),
          api().call('contacts.devices', { who: account }),
        ]);
        if (mine === last) setLoaded({ contact, devices });
        if (mine === last) setProblem(undefined);
      } catch (error) {
        if (!(error instanceof LocalApiError)) throw error;
        if (mine === last) setProblem(describeError(error));
      }
    };
    void read();
    const stop = onEvent((event) => {
      if (event.event === 'contact' && event.account_id === account && event.contact !== null) void read();
    });
    return () => {
      last = Number.POSITIVE_INFINITY;
      stop();
    };
  }, [account, open]);
  return { loaded: loaded?.contact.account_id === account ? loaded : undefined, problem };
}
