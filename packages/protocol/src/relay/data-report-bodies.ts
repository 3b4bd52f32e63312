import { z } from 'zod';
import { list } from './codecs.ts';
import { MAX_DEVICE_ID } from './constants.ts';
import { decodeBody, deviceId, encodeBody, milliseconds, phoneNumber, uuid } from './schema.ts';

/** What the server keeps about an account, as it tells its owner (reference: signal-service §2.5). */

/** `GET /v2/accounts/data_report`. All times are milliseconds, and are written in whole seconds. */
export interface DataReport {
  /** UUID in text. */
  readonly reportId: string;
  readonly reportTimestamp: number;
  readonly data: {
    readonly account: {
      readonly phoneNumber?: string;
      readonly badges: readonly ReportedBadge[];
      readonly allowSealedSenderFromAnyone: boolean;
      readonly findAccountByPhoneNumber: boolean;
    };
    readonly devices: readonly ReportedDevice[];
  };
  /** The same for a person to read. */
  readonly text: string;
}

export interface ReportedDevice {
  readonly id: number;
  readonly lastSeen: number;
  readonly created: number;
  readonly userAgent?: string;
}

export interface ReportedBadge {
  readonly id: string;
  readonly expiration: number;
  readonly visible: boolean;
}

/** With a line for every column of every row it has some ten thousand letters. */
const MAX_TEXT_LENGTH = 256 * 1024;

/** The last second that has a year of four digits. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59);

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Milliseconds as an ISO 8601 time in UTC with whole seconds. */
const time = z.codec(z.string().regex(TIME), milliseconds.max(LAST_TIME), {
  decode: (text, context) => {
    const value = Date.parse(text);
    if (!Number.isNaN(value) && writeTime(value) === text) return value;
    context.issues.push({ code: 'custom', input: text, message: 'not a time' });
    return z.NEVER;
  },
  encode: writeTime,
});

function writeTime(value: number): string {
  return new Date(value).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const report = z.object({
  reportId: uuid,
  reportTimestamp: time,
  data: z.object({
    account: z.object({
      phoneNumber: z.exactOptional(phoneNumber),
      badges: list(z.object({ id: z.string().max(128), expiration: time, visible: z.boolean() }), 64),
      allowSealedSenderFromAnyone: z.boolean(),
      findAccountByPhoneNumber: z.boolean(),
    }),
    devices: list(
      z.object({
        id: deviceId,
        lastSeen: time,
        created: time,
        userAgent: z.exactOptional(z.string().max(256)),
      }),
      MAX_DEVICE_ID,
    ),
  }),
  text: z.string().max(MAX_TEXT_LENGTH),
});

export function parseDataReport(value: unknown): DataReport {
  return decodeBody(report, value);
}

/** Absent members are written as `null`. */
export function formatDataReport(body: DataReport): unknown {
  const { data, ...rest } = encodeBody(report, body);
  return {
    ...rest,
    data: {
      account: { phoneNumber: null, ...data.account },
      devices: data.devices.map((device) => ({ userAgent: null, ...device })),
    },
  };
}
