/**
 * Paths of the relay's calls (reference: signal-service §1–§10). Those with parameters are functions, whose
 * parameters are text that needs no escaping: IDs, base64url, hexadecimal.
 */
export const PATH = {
  socket: '/v1/websocket/',
  provisioningSocket: '/v1/websocket/provisioning/',
  /** Server to client (§1.3). */
  message: '/api/v1/message',
  queueEmpty: '/api/v1/queue/empty',
  /** Server to client, to those who asked for notices. */
  lowPreKeys: '/v1/sotto/low-prekeys',
  provisioningAddress: '/v1/address',
  provisioningMessage: '/v1/message',

  keepAlive: '/v1/keepalive',
  keepAliveProvisioning: '/v1/keepalive/provisioning',

  verification: '/v1/verification/session',
  registration: '/v1/registration',
  receiptCredentials: '/v1/login-purchase/receipt_credentials',

  whoami: '/v1/accounts/whoami',
  attributes: '/v1/accounts/attributes/',
  deleteAccount: '/v1/accounts/me',
  registrationLock: '/v1/accounts/registration_lock',
  gcmToken: '/v1/accounts/gcm/',
  apnToken: '/v1/accounts/apn/',
  deviceName: '/v1/accounts/name/',
  number: '/v2/accounts/number',
  discoverability: '/v2/accounts/phone_number_discoverability',
  dataReport: '/v2/accounts/data_report',
  usernameHash: '/v1/accounts/username_hash',
  reserveUsername: '/v1/accounts/username_hash/reserve',
  confirmUsername: '/v1/accounts/username_hash/confirm',
  usernameLink: '/v1/accounts/username_link',
  config: '/v2/config',
  challenge: '/v1/challenge',
  pushChallenge: '/v1/challenge/push',

  devices: '/v1/devices',
  linkCode: '/v1/devices/provisioning/code',
  link: '/v1/devices/link',
  capabilities: '/v1/devices/capabilities',
  transferArchive: '/v1/devices/transfer_archive',

  keys: '/v2/keys',
  checkKeys: '/v2/keys/check',
  multiRecipient: '/v1/messages/multi_recipient',
  certificate: '/v1/certificate/delivery',
  groupCredentials: '/v1/certificate/auth/group',
  profile: '/v1/profile',
  identityCheck: '/v1/profile/identity_check/batch',
  attachmentForm: '/v4/attachments/form/upload',
  callingRelays: '/v2/calling/relays',
  callLinkCredential: '/v1/call-link/create-auth',

  /** Credentials for services beside the relay (§2.5). */
  directoryCredentials: '/v2/directory/auth',
  recoveryCredentials: '/v2/svr/auth',
  backupRecoveryCredentials: '/v1/archives/auth/svrb',
  storageCredentials: '/v1/storage/auth',

  relayInfo: '/v1/sotto/relay',
  ticket: '/v1/sotto/ticket',
  record: '/v1/sotto/record',

  verificationOf: (session: string): string => `/v1/verification/session/${session}`,
  verificationCodeOf: (session: string): string => `/v1/verification/session/${session}/code`,
  account: (aci: string): string => `/v1/accounts/account/${aci}`,
  usernameHashOf: (hash: string): string => `/v1/accounts/username_hash/${hash}`,
  usernameLinkOf: (handle: string): string => `/v1/accounts/username_link/${handle}`,
  device: (device: number): string => `/v1/devices/${device}`,
  linkedDevice: (token: string): string => `/v1/devices/wait_for_linked_device/${token}`,
  restoreAccount: (token: string): string => `/v1/devices/restore_account/${token}`,
  provisioningTo: (address: string): string => `/v1/provisioning/${address}`,
  keysOf: (serviceId: string, device: number | '*'): string => `/v2/keys/${serviceId}/${device}`,
  messagesTo: (serviceId: string): string => `/v1/messages/${serviceId}`,
  report: (source: string, guid: string): string => `/v1/messages/report/${source}/${guid}`,
  profileOf: (serviceId: string, ...version: readonly string[]): string =>
    ['/v1/profile', serviceId, ...version].join('/'),
  stickerForm: (count: number): string => `/v1/sticker/pack/form/${count}`,
  recordOf: (aci: string): string => `/v1/sotto/record/${aci}`,
} as const;
