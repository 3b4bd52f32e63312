import { toBase64 } from '@sotto/bytes';
import type { Row, SqlValue } from '@sotto/database';
import type { MailClass, QueueUse } from '@sotto/mailbox';
import type { DataReport } from '@sotto/protocol';
import type { Holding } from '../../store/holdings.ts';

export interface Holdings {
  readonly holdings: readonly Holding[];
  readonly mail: readonly (QueueUse & { readonly device: number; readonly mailClass: MailClass })[];
}

/** Of a table with more rows, as that of one-time prekeys, these are shown and the others counted. */
const MAX_ROWS = 32;

/** Longer values are told by their length. */
const MAX_SHOWN_BYTES = 64;
const MAX_SHOWN_LETTERS = 256;

/** What opens an account is not shown, not even hashed, to a device of it that may be somebody else's by now. */
const SECRET = /^(password|recovery|lock)_(hash|salt)$/;

/** Who the mail of a class is from. Whoever puts up a story is not asked who it is. */
const SENDERS: Readonly<Record<MailClass, string>> = {
  contact: 'contacts',
  request: 'strangers',
  story: 'anybody, as stories',
};

/** The report for a person to read: first as Signal's servers write it, then row for row. */
export function writeReport(
  { reportId, reportTimestamp, data }: Omit<DataReport, 'text'>,
  { holdings, mail }: Holdings,
): string {
  const { account, devices } = data;
  return [
    `Report ID: ${reportId}`,
    `Report timestamp: ${timeOf(reportTimestamp)}`,
    '',
    '# Account',
    `Find account by phone number: ${account.findAccountByPhoneNumber}`,
    `Allow sealed sender from anyone: ${account.allowSealedSenderFromAnyone}`,
    'Badges: None',
    '',
    '# Devices',
    ...devices.flatMap(({ id, created, lastSeen }) => [
      `- ID: ${id}`,
      `  Created: ${timeOf(created)}`,
      `  Last seen: ${timeOf(lastSeen)}`,
    ]),
    '',
    '# All that is stored, table by table',
    'Bytes are in base64, days are counted from 1970, other times are milliseconds.',
    ...holdings.flatMap(writeTable),
    '',
    '## mail',
    ...mail.map(
      ({ device, mailClass, count, bytes }) =>
        `- device: ${device}, from: ${SENDERS[mailClass]}, messages: ${count}, bytes: ${bytes}`,
    ),
    '',
  ].join('\n');
}

function writeTable({ table, rows }: Holding): readonly string[] {
  const more = rows.length - MAX_ROWS;
  return [
    '',
    `## ${table}`,
    ...rows.slice(0, MAX_ROWS).map(writeRow),
    ...(more > 0 ? [`and ${more} more of the kind`] : []),
    ...(rows.length === 0 ? ['None'] : []),
  ];
}

function writeRow(row: Row): string {
  const columns = Object.entries(row).map(([name, value]) => `${name}: ${writeValue(name, value)}`);
  return `- ${columns.join('\n  ')}`;
}

function writeValue(name: string, value: SqlValue): string {
  if (value === null || value === '') return 'none';
  if (SECRET.test(name)) return 'kept, and not shown';
  if (value instanceof Uint8Array) {
    return value.length > MAX_SHOWN_BYTES ? `${value.length} bytes` : toBase64(value);
  }
  const text = String(value);
  return text.length > MAX_SHOWN_LETTERS ? `${text.length} letters` : text;
}

/** In whole seconds, as everywhere in a report. */
function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
