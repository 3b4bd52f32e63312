/** Screens import nothing else, and are stops of a message's way too. */
export { observe } from '@sotto/bytes';
export type { Hello } from './admission.ts';
export {
  type Admitted,
  encodeAdmitted,
  encodeHello,
  encodeNotAdmitted,
  MAX_HELLO_BYTES,
  parseAdmitted,
  parseHello,
} from './admission.ts';
export type { AppStageValue, AppStateValue, SettingsValue } from './app-values.ts';
export { DEFAULT_SETTINGS, readSettings } from './app-values.ts';
export type { Channel, ChannelListener } from './channel.ts';
export type { ChatItemValue, ChatValue, ContactDeviceValue, FoundValue } from './chat-values.ts';
export type { CommandName, Params, Result } from './commands.ts';
export { COMMAND_NAMES } from './commands.ts';
export type { LocalApi } from './connect-local-api.ts';
export { connectLocalApi } from './connect-local-api.ts';
export type { LocalApiErrorCode } from './errors.ts';
export { LocalApiError } from './errors.ts';
export type { LocalEvent } from './events.ts';
export type { FileValue } from './file-values.ts';
export {
  LOCAL_API_VERSION,
  MAX_DRAFT,
  MAX_FILE_BYTES,
  MAX_FILES,
  MAX_LINE_BYTES,
  MAX_PAGE,
  MAX_PIECE_BYTES,
  MAX_SEARCH,
} from './limits.ts';
export { createChannelPair } from './memory-channel.ts';
export type { GuardValue, JoinedValue, NetworkSummaryValue, NetworkViewValue } from './network-values.ts';
export type { ProblemCode, RoadProblemCode } from './problem-codes.ts';
export { PROBLEM_CODES, ROAD_PROBLEM_CODES } from './problem-codes.ts';
export type { Caller, Handlers, Served } from './serve-local-api.ts';
export { serveLocalApi } from './serve-local-api.ts';
export { LineSplitter, lineBytes } from './split-lines.ts';
export type {
  AccountValue,
  AdoptedListValue,
  CheckValue,
  ContactValue,
  GapValue,
  MessageValue,
  PathValue,
  RoadStatusValue,
  SentValue,
} from './values.ts';
