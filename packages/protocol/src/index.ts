export type { ContentInit } from './content/content.ts';
export {
  decodeContent,
  encodeContent,
  MAX_BODY_BYTES,
  MAX_CONTENT_BYTES,
  MAX_NAME_BYTES,
  MAX_RECEIPT_TIMESTAMPS,
} from './content/content.ts';
export type { ProtocolErrorCode } from './errors.ts';
export { ProtocolError } from './errors.ts';
export type {
  Content,
  DataMessage,
  NullMessage,
  ReceiptMessage,
  SottoContext,
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
export type { DeliveryCertificate, DeviceList, ListedDevice } from './relay/account-bodies.ts';
export {
  formatDeliveryCertificate,
  formatDeviceList,
  parseDeliveryCertificate,
  parseDeviceList,
} from './relay/account-bodies.ts';
export type { WorkPurpose } from './relay/constants.ts';
export {
  ACCESS_KEY_BYTES,
  ACI_BYTES,
  CHAT_IDLE_TIMEOUT,
  CLOSE,
  EC_PUBLIC_KEY_BYTES,
  HEADER,
  KYBER_PUBLIC_KEY_BYTES,
  MAX_DEVICE_ID,
  MAX_FRAME_BYTES,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  MAX_KEY_ID,
  MAX_MESSAGE_BYTES,
  MAX_PATH_BYTES,
  MAX_PREKEYS_PER_UPLOAD,
  MAX_RECEIPT_BYTES,
  MAX_RECORD_BYTES,
  MAX_REGISTRATION_ID,
  MAX_UNANSWERED_DELIVERIES,
  NO_NUMBER_USER,
  PATH,
  PRIMARY_DEVICE_ID,
  RECEIPT_LEVEL_LOGIN,
  RECEIPT_PERIOD,
  RECOVERY_PASSWORD_BYTES,
  REQUIRED_CAPABILITY,
  SERVER_GUID_BYTES,
  SIGNATURE_BYTES,
  STATUS,
  TICKET_BYTES,
  TICKET_PAYMENT_PROVIDER,
} from './relay/constants.ts';
export type { EnvelopeType, RelayEnvelope } from './relay/envelope.ts';
export { decodeEnvelope, ENVELOPE_TYPE, encodeEnvelope, toEnvelopeType } from './relay/envelope.ts';
export type { Frame, Headers, RequestFrame, ResponseFrame } from './relay/frame.ts';
export { decodeFrame, encodeFrame, NO_HEADERS } from './relay/frame.ts';
export type { CheckKeys, DevicePreKeys, PreKeyCount, PreKeyResponse, SetKeys } from './relay/key-bodies.ts';
export {
  formatCheckKeys,
  formatPreKeyResponse,
  formatSetKeys,
  parseCheckKeys,
  parsePreKeyCount,
  parsePreKeyResponse,
  parseSetKeys,
} from './relay/key-bodies.ts';
export type {
  IncomingMessage,
  IncomingMessageList,
  MismatchedDevices,
  SendMessageResponse,
  StaleDevices,
} from './relay/message-bodies.ts';
export {
  formatMessageList,
  parseMessageList,
  parseMismatchedDevices,
  parseSendMessageResponse,
  parseStaleDevices,
} from './relay/message-bodies.ts';
export type {
  AccountAttributes,
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
export { formatUuid, parseUuid } from './relay/service-id.ts';
export type { RegistrationMode, RelayInfo, TicketResponse } from './relay/sotto-bodies.ts';
export { formatRelayInfo, parseRelayInfo, parseTicketResponse } from './relay/sotto-bodies.ts';
export type {
  BatchRequest,
  ClientRequest,
  DeleteRequest,
  DirectoryRequest,
  ExpireRequest,
  GetExpiriesRequest,
  GetSwarmRequest,
  InfoRequest,
  OxendRequest,
  RequestAuth,
  RetrieveRequest,
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
  SIGNATURE_TOLERANCE,
  STATS_PATH,
  STORAGE_PATH,
  STORAGE_STATUS,
  STORE_TOLERANCE,
  SUBACCOUNT_ACCESS,
  SUBACCOUNT_TOKEN_BYTES,
  SWARM_TIMEOUT,
} from './storage/constants.ts';
export { formatClientRequest, formatRpc, paramsOf } from './storage/format-request.ts';
export { isMessageHash, messageHashInput, messageHashText } from './storage/message-hash.ts';
export type { NamespaceRules } from './storage/namespace.ts';
export { namespaceRules } from './storage/namespace.ts';
export { decodeRpc, parseClientRequest } from './storage/parse-request.ts';
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
export type { ExpiredTerms, ExpireMode, ExpireTerms } from './storage/signed-text.ts';
export {
  deletedText,
  deleteText,
  expiredText,
  expireText,
  getExpiriesText,
  retrieveText,
  storeText,
} from './storage/signed-text.ts';
export type { SubaccountToken } from './storage/subaccount.ts';
export { decodeSubaccountToken } from './storage/subaccount.ts';
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
