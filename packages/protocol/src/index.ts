export type { ChatMethod, ChatSchema, Decoded, Encodable } from './chat/chat-api.ts';
export { CHAT_API, chatMethodPath, decodeChatMessage, encodeChatMessage } from './chat/chat-api.ts';
export type { GrpcBody } from './chat/grpc-body.ts';
export { decodeGrpcBody, encodeGrpcBody, grpcBodyBytes } from './chat/grpc-body.ts';
export type { GrpcReason, GrpcRefusal, GrpcStatus } from './chat/grpc-status.ts';
export {
  formatGrpcRefusal,
  GRPC_CONTENT_TYPE,
  GRPC_HEADER,
  GRPC_STATUS,
  parseGrpcDetails,
} from './chat/grpc-status.ts';
export type { AttachmentPointerInit, ContentInit } from './content/content.ts';
export {
  decodeAttachment,
  decodeContent,
  encodeAttachment,
  encodeContent,
  MAX_ATTACHMENTS,
  MAX_BODY_BYTES,
  MAX_CONTENT_BYTES,
  MAX_LIST_PART_BYTES,
  MAX_LIST_PARTS,
  MAX_NAME_BYTES,
  MAX_RECEIPT_TIMESTAMPS,
} from './content/content.ts';
export type { ProtocolErrorCode } from './errors.ts';
export { ProtocolError } from './errors.ts';
export { DeviceCapability, IdentityType } from './generated/chat/common_pb.ts';
export type { IndividualRecipientMessageBundle } from './generated/chat/messages_pb.ts';
export { SendMessageType } from './generated/chat/messages_pb.ts';
export type {
  AttachmentPointer,
  Content,
  DataMessage,
  NullMessage,
  ReceiptMessage,
  SottoContext,
  SottoDirectory,
  TypingMessage,
} from './generated/content_pb.ts';
export {
  ContentSchema,
  ReceiptMessage_Type,
  SottoContext_Road,
  TypingMessage_Action,
} from './generated/content_pb.ts';
export {
  SenderCertificate_CertificateSchema,
  SenderCertificateSchema,
  ServerCertificate_CertificateSchema,
  ServerCertificateSchema,
} from './generated/envelope_pb.ts';
export { CombinedFingerprintsSchema } from './generated/fingerprint_pb.ts';
export {
  AccountRecordSchema,
  SignedAccountRecordSchema,
} from './generated/record_pb.ts';
export { formatJson, parseJson } from './json.ts';
export type { EncryptionType } from './onion/constants.ts';
export {
  LAST_HOP_JSON_BYTES,
  LAYER_WINDOW_MINUTES,
  MAX_HOP_NUMBER,
  MAX_PATH_HOPS,
  MAX_REPLY_BYTES,
  NEXT_HOP_TIMEOUT,
  ONION_TEXT,
  PADDED_SIZES,
  REPLAY_MEMORY_MINUTES,
  SERVER_TARGET,
  SERVER_TIMEOUT,
} from './onion/constants.ts';
export type { LayerFrame } from './onion/layer-frame.ts';
export { decodeLayerFrame, encodeLayerFrame } from './onion/layer-frame.ts';
export type { InnerLayer, LayerKeysJson, OuterLayer } from './onion/layer-json.ts';
export {
  formatInnerLayer,
  formatOuterLayer,
  parseInnerLayer,
  parseOuterLayer,
} from './onion/layer-json.ts';
export type { NodeReply } from './onion/node-reply.ts';
export { decodeNodeReply, encodeNodeReply } from './onion/node-reply.ts';
export { fillWithSpaces, paddedSize } from './onion/padding.ts';
export type { ServerReply, ServerRequest, ServerRequestTerms } from './onion/server-message.ts';
export {
  decodeServerReply,
  decodeServerRequest,
  encodeServerReply,
  encodeServerRequest,
} from './onion/server-message.ts';
export type { Discoverability, RemoteConfig } from './relay/account-bodies.ts';
export {
  formatApnToken,
  formatDiscoverability,
  formatGcmToken,
  formatRemoteConfig,
  parseApnToken,
  parseDiscoverability,
  parseGcmToken,
  parseRemoteConfig,
} from './relay/account-bodies.ts';
export type { CallingRelay, CallingRelays } from './relay/calling-bodies.ts';
export { formatCallingRelays, parseCallingRelays } from './relay/calling-bodies.ts';
export type { ChallengeAnswer, ChallengeOption, RateLimitChallenge } from './relay/challenge-bodies.ts';
export {
  formatChallengeAnswer,
  formatRateLimitChallenge,
  parseChallengeAnswer,
  parseRateLimitChallenge,
} from './relay/challenge-bodies.ts';
export type { WorkPurpose } from './relay/constants.ts';
export {
  ACCESS_KEY_BYTES,
  ACI_BYTES,
  CHAT_IDLE_TIMEOUT,
  CLOSE,
  DEFAULT_WAIT_SECONDS,
  EC_PUBLIC_KEY_BYTES,
  HEADER,
  IDLE_PRIMARY_ALERT,
  KYBER_PUBLIC_KEY_BYTES,
  LASTING_CAPABILITIES,
  LINK_CODE_LIFETIME,
  MAX_ACCOUNT_DEVICES,
  MAX_DEVICE_ID,
  MAX_ENCRYPTED_USERNAME_BYTES,
  MAX_FRAME_BYTES,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  MAX_IDENTITY_CHECKS,
  MAX_KEY_ID,
  MAX_MESSAGE_BYTES,
  MAX_PATH_BYTES,
  MAX_PREKEYS_PER_UPLOAD,
  MAX_PROVISIONING_LENGTH,
  MAX_RECEIPT_BYTES,
  MAX_RECIPIENTS,
  MAX_RECORD_BYTES,
  MAX_REGISTRATION_ID,
  MAX_STICKERS,
  MAX_TIMESTAMP,
  MAX_UNANSWERED_DELIVERIES,
  MAX_USERNAME_HASHES,
  MAX_WAIT_SECONDS,
  MEDIA_TYPE,
  NO_NUMBER_USER,
  NUMBERLESS_CAPABILITY,
  PRIMARY_DEVICE_ID,
  PROFILE_COMMITMENT_BYTES,
  PROVISIONING_ADDRESS_BYTES,
  PROVISIONING_LIFETIME,
  RECEIPT_LEVEL_LOGIN,
  RECEIPT_PERIOD,
  RECOVERY_PASSWORD_BYTES,
  REQUIRED_CAPABILITY,
  SERVER_GUID_BYTES,
  SERVICE_ID_BYTES,
  SIGNATURE_BYTES,
  STATUS,
  TICKET_BYTES,
  TICKET_PAYMENT_PROVIDER,
  USERNAME_HASH_BYTES,
  USERNAME_PROOF_BYTES,
} from './relay/constants.ts';
export type {
  CallLinkCredentialRequest,
  DatedCredential,
  DeliveryCertificate,
  GroupCredentials,
  ServiceCredentials,
} from './relay/credential-bodies.ts';
export {
  formatCallLinkCredentialRequest,
  formatDatedCredential,
  formatDeliveryCertificate,
  formatGroupCredentials,
  formatServiceCredentials,
  parseCallLinkCredentialRequest,
  parseDatedCredential,
  parseDeliveryCertificate,
  parseGroupCredentials,
  parseServiceCredentials,
} from './relay/credential-bodies.ts';
export type { DataReport, ReportedBadge, ReportedDevice } from './relay/data-report-bodies.ts';
export { formatDataReport, parseDataReport } from './relay/data-report-bodies.ts';
export type { DeviceLimit, DeviceList, DeviceName, ListedDevice } from './relay/device-bodies.ts';
export {
  formatCapabilities,
  formatDeviceLimit,
  formatDeviceList,
  formatDeviceName,
  formatListedDevice,
  parseCapabilities,
  parseDeviceLimit,
  parseDeviceList,
  parseDeviceName,
  parseListedDevice,
} from './relay/device-bodies.ts';
export type { EnvelopeType, RelayEnvelope } from './relay/envelope.ts';
export {
  decodeEnvelope,
  ENVELOPE_TYPE,
  encodeEnvelope,
  hasSenderOrStory,
  toEnvelopeType,
} from './relay/envelope.ts';
export type { AttachmentForm, PostPolicyForm, StickerForm, StickerPackForm } from './relay/form-bodies.ts';
export {
  formatAttachmentForm,
  formatPostPolicyForm,
  formatStickerPackForm,
  parseAttachmentForm,
  parsePostPolicyForm,
  parseStickerPackForm,
} from './relay/form-bodies.ts';
export type { Frame, Headers, RequestFrame, ResponseFrame } from './relay/frame.ts';
export { decodeFrame, encodeFrame, NO_HEADERS } from './relay/frame.ts';
export type { CheckKeys, DevicePreKeys, PreKeyCount, PreKeyResponse, SetKeys } from './relay/key-bodies.ts';
export {
  formatCheckKeys,
  formatPreKeyCount,
  formatPreKeyResponse,
  formatSetKeys,
  parseCheckKeys,
  parsePreKeyCount,
  parsePreKeyResponse,
  parseSetKeys,
} from './relay/key-bodies.ts';
export type { LinkCode, LinkRequest, LinkResponse, ProvisioningMessage } from './relay/link-bodies.ts';
export {
  formatLinkCode,
  formatLinkRequest,
  formatLinkResponse,
  formatProvisioningMessage,
  parseLinkCode,
  parseLinkRequest,
  parseLinkResponse,
  parseProvisioningMessage,
} from './relay/link-bodies.ts';
export type { RegistrationLock, RegistrationLockFailure } from './relay/lock-bodies.ts';
export {
  formatRegistrationLock,
  formatRegistrationLockFailure,
  parseRegistrationLock,
  parseRegistrationLockFailure,
} from './relay/lock-bodies.ts';
export type {
  IncomingMessage,
  IncomingMessageList,
  MismatchedDevices,
  SendMessageResponse,
  SpamReport,
  StaleDevices,
} from './relay/message-bodies.ts';
export {
  formatMessageList,
  formatMismatchedDevices,
  formatSendMessageResponse,
  formatSpamReport,
  formatStaleDevices,
  parseMessageList,
  parseMismatchedDevices,
  parseSendMessageResponse,
  parseSpamReport,
  parseStaleDevices,
} from './relay/message-bodies.ts';
export type {
  AccountMismatchedDevices,
  AccountStaleDevices,
  SendMultiRecipientResponse,
} from './relay/multi-recipient-bodies.ts';
export {
  formatAccountMismatchedDevices,
  formatAccountStaleDevices,
  formatSendMultiRecipientResponse,
  parseAccountMismatchedDevices,
  parseAccountStaleDevices,
  parseSendMultiRecipientResponse,
} from './relay/multi-recipient-bodies.ts';
export type { ChangeNumberRequest } from './relay/number-bodies.ts';
export { formatChangeNumberRequest, parseChangeNumberRequest } from './relay/number-bodies.ts';
export { PATH } from './relay/paths.ts';
export { PHONE_NUMBER } from './relay/phone-number.ts';
export type {
  CredentialProfile,
  IdentityCheck,
  IdentityCheckResponse,
  Profile,
  SetProfile,
  VersionedProfile,
} from './relay/profile-bodies.ts';
export {
  formatCredentialProfile,
  formatIdentityCheck,
  formatIdentityCheckResponse,
  formatProfile,
  formatSetProfile,
  formatVersionedProfile,
  parseCredentialProfile,
  parseIdentityCheck,
  parseIdentityCheckResponse,
  parseProfile,
  parseSetProfile,
  parseVersionedProfile,
} from './relay/profile-bodies.ts';
export { decodeProvisioningAddress, encodeProvisioningAddress } from './relay/provisioning.ts';
export type {
  AccountAttributes,
  ApnToken,
  DeviceAttributes,
  GcmToken,
  IdentityResponse,
  ReceiptCredentialRequestBody,
  ReceiptCredentialResponseBody,
  RegistrationRequest,
  RegistrationResponse,
} from './relay/registration-bodies.ts';
export {
  formatAccountAttributes,
  formatIdentityResponse,
  formatReceiptCredentialRequest,
  formatReceiptCredentialResponse,
  formatRegistrationRequest,
  formatRegistrationResponse,
  parseAccountAttributes,
  parseIdentityResponse,
  parseReceiptCredentialRequest,
  parseReceiptCredentialResponse,
  parseRegistrationRequest,
  parseRegistrationResponse,
} from './relay/registration-bodies.ts';
export type { WirePreKey, WireSignedPreKey } from './relay/schema.ts';
export type { ServiceId } from './relay/service-id.ts';
export {
  decodeServiceId,
  encodeServiceId,
  formatServiceId,
  formatUuid,
  parseServiceId,
  parseUuid,
} from './relay/service-id.ts';
export type { RegistrationMode, RelayInfo, TicketResponse } from './relay/sotto-bodies.ts';
export { formatRelayInfo, parseRelayInfo, parseTicketResponse } from './relay/sotto-bodies.ts';
export type {
  FailedArchive,
  RestoreAccountRequest,
  TransferArchive,
  TransferArchiveUpload,
  UploadedArchive,
} from './relay/transfer-bodies.ts';
export {
  formatRestoreAccountRequest,
  formatTransferArchive,
  formatTransferArchiveUpload,
  parseRestoreAccountRequest,
  parseTransferArchive,
  parseTransferArchiveUpload,
} from './relay/transfer-bodies.ts';
export type {
  ConfirmedUsername,
  ConfirmUsernameRequest,
  EncryptedUsername,
  ReservedUsername,
  ReserveUsernameRequest,
  UsernameLinkHandle,
  UsernameOwner,
} from './relay/username-bodies.ts';
export {
  formatConfirmedUsername,
  formatConfirmUsernameRequest,
  formatEncryptedUsername,
  formatReservedUsername,
  formatReserveUsernameRequest,
  formatUsernameLinkHandle,
  formatUsernameOwner,
  parseConfirmedUsername,
  parseConfirmUsernameRequest,
  parseEncryptedUsername,
  parseReservedUsername,
  parseReserveUsernameRequest,
  parseUsernameLinkHandle,
  parseUsernameOwner,
} from './relay/username-bodies.ts';
export type {
  CodeNotSent,
  VerificationCode,
  VerificationCodeRequest,
  VerificationRequest,
  VerificationSession,
  VerificationUpdate,
} from './relay/verification-bodies.ts';
export {
  formatCodeNotSent,
  formatVerificationCode,
  formatVerificationCodeRequest,
  formatVerificationRequest,
  formatVerificationSession,
  formatVerificationUpdate,
  parseCodeNotSent,
  parseVerificationCode,
  parseVerificationCodeRequest,
  parseVerificationRequest,
  parseVerificationSession,
  parseVerificationUpdate,
} from './relay/verification-bodies.ts';
export type {
  BatchRequest,
  ClientRequest,
  DeleteAllRequest,
  DeleteBeforeRequest,
  DeleteRequest,
  DirectoryRequest,
  ExpireAllRequest,
  ExpireMode,
  ExpireRequest,
  GetExpiriesRequest,
  GetSwarmRequest,
  IfElseRequest,
  InfoRequest,
  NamespaceScope,
  NodeCondition,
  OperationRequest,
  OxendRequest,
  RequestAuth,
  RetrieveRequest,
  RevocationRequest,
  SingleRequest,
  StoreRequest,
  SubaccountAuth,
  TimedAuth,
} from './storage/client-request.ts';
export {
  DEFAULT_RETRIEVE_SIZE,
  FORWARDED_SIGNATURE_TOLERANCE,
  HARDFORK,
  MAILBOX_KEY_BYTES,
  MAX_MESSAGE_DATA_BYTES,
  MAX_REQUEST_BYTES,
  MAX_RETRIEVE_BYTES,
  MAX_RETRIEVE_WAIT,
  MAX_REVOKED,
  MAX_SUBREQUESTS,
  MAX_TTL,
  MAX_TTL_INBOX,
  MESSAGE_HASH_BYTES,
  MIN_TIMESTAMP,
  MIN_TTL,
  NAMESPACE,
  NAMESPACE_MAX,
  NAMESPACE_MIN,
  NO_SWARM,
  ONION_PATH,
  PING_PATH,
  SEED_PATH,
  SIGNATURE_TOLERANCE,
  STATS_PATH,
  STORAGE_PATH,
  STORAGE_STATUS,
  STORE_TOLERANCE,
  STORE_WORK,
  SUBACCOUNT_ACCESS,
  SUBACCOUNT_TOKEN_BYTES,
  SWARM_TIMEOUT,
} from './storage/constants.ts';
export { formatClientRequest, formatForwarded, formatRpc, paramsOf } from './storage/format-request.ts';
export { isMessageHash, messageHashInput, messageHashText } from './storage/message-hash.ts';
export type { NamespaceRules } from './storage/namespace.ts';
export { namespaceRules } from './storage/namespace.ts';
export { decodeForwarded, decodeRpc, parseClientRequest } from './storage/parse-request.ts';
export type {
  BatchReply,
  Clocked,
  DirectoryReply,
  InfoReply,
  RetrievedMessage,
  RetrieveReply,
  SwarmNode,
  SwarmReply,
} from './storage/replies.ts';
export {
  parseBatchReply,
  parseDirectoryReply,
  parseExpiriesReply,
  parseInfoReply,
  parseRetrieveReply,
  parseSwarmReply,
} from './storage/replies.ts';
export type { ExpiredTerms, ExpireTerms } from './storage/signed-text.ts';
export {
  deleteAllText,
  deleteBeforeText,
  deletedText,
  deleteText,
  expireAllText,
  expiredText,
  expireText,
  getExpiriesText,
  retrieveText,
  revocationDoneText,
  revocationText,
  scopeDoneText,
  storeText,
} from './storage/signed-text.ts';
export type { SubaccountToken } from './storage/subaccount.ts';
export { decodeSubaccountToken, encodeSubaccountToken } from './storage/subaccount.ts';
export type {
  DeletedAt,
  DeleteReply,
  ExpiredAt,
  ExpireReply,
  FailedMember,
  StoredAt,
  StoreReply,
} from './storage/swarm-replies.ts';
export { parseDeleteReply, parseExpireReply, parseStoreReply } from './storage/swarm-replies.ts';
