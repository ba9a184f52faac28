/** AMP: calls both ways over one connection, with typed arguments and answers. */
export { AMP } from "./amp.ts";
export type { AMPOptions } from "./amp.ts";
export { Argument } from "./argument.ts";
export type { AnyArgument, ArgumentOptions } from "./argument.ts";
export { ampList } from "./arguments/amp-list.ts";
export { boolean } from "./arguments/boolean.ts";
export { DateTime, dateTime } from "./arguments/date-time.ts";
export type { DateTimeFields } from "./arguments/date-time.ts";
export { decimal } from "./arguments/decimal.ts";
export { descriptor } from "./arguments/descriptor.ts";
export { float } from "./arguments/float.ts";
export { bigInteger, integer } from "./arguments/integer.ts";
export { listOf } from "./arguments/list-of.ts";
export { path } from "./arguments/path.ts";
export { string } from "./arguments/string.ts";
export { unicode } from "./arguments/unicode.ts";
export { BinaryBoxProtocol } from "./binary-box-protocol.ts";
export type { BoxProtocolOptions } from "./binary-box-protocol.ts";
export { BoxDispatcher } from "./box-dispatcher.ts";
export type { CallStringOptions, DispatcherOptions } from "./box-dispatcher.ts";
export type { BoxConnection, BoxReceiver, BoxResponder, BoxSender, ResponderLocator } from "./box-sender.ts";
export { Command, command } from "./command.ts";
export type { AnswerOf, ArgumentsOf, CommandOptions } from "./command.ts";
export { CommandLocator } from "./command-locator.ts";
export type { DeclaredError, DeclaredErrors } from "./error-map.ts";
export {
  AmpError,
  AnswersNotRead,
  BadLocalReturn,
  IncompatibleVersions,
  InvalidArgument,
  InvalidSignature,
  NoEmptyBoxes,
  OnlyOneTLS,
  ProtocolSwitched,
  RemoteAmpError,
  TooManyCalls,
  TooManyDescriptors,
  UNHANDLED_ERROR_CODE,
  UNKNOWN_ERROR_CODE,
  UnexpectedAnswer,
  UnhandledCommand,
  UnknownRemoteError,
} from "./errors.ts";
export type { RemoteAmpErrorOptions } from "./errors.ts";
export { ProtocolSwitchCommand, protocolSwitchCommand } from "./protocol-switch-command.ts";
export type { ProtocolSwitchOptions } from "./protocol-switch-command.ts";
export { QuitBox } from "./quit-box.ts";
export type { Responder } from "./responder.ts";
export type { Given, Received, Schema } from "./schema.ts";
export { SimpleStringLocator } from "./simple-string-locator.ts";
export { StartTLS, StartTLSCommand } from "./start-tls.ts";
export type { StartTLSOptions, TLSArguments } from "./start-tls.ts";
export { AmpBox } from "./wire/amp-box.ts";
export type { BoxEntries, BoxTarget } from "./wire/amp-box.ts";
export { MAX_KEY_LENGTH, MAX_VALUE_LENGTH } from "./wire/box-limits.ts";
export type { BoxLimits } from "./wire/box-limits.ts";
export { BoxTooLong, KeyTooLong, MalformedAmpBox, TooLong, TooManyKeys, ValueTooLong } from "./wire/errors.ts";
export type { TooLongFacts } from "./wire/errors.ts";
export { ANSWER, ASK, COMMAND, ERROR, ERROR_CODE, ERROR_DESCRIPTION } from "./wire/keys.ts";
export { parse, parseString } from "./wire/parse-string.ts";
