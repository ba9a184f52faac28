/** What can be wrong with questions and answers. */
import { LocalProtocolError, RemoteProtocolError } from "../../errors.ts";

/** What is to be asked cannot be sent: it has spaces or control characters in it. Nothing was sent. */
export class InvalidQuery extends LocalProtocolError {
  override readonly name: string = "InvalidQuery";
  override readonly code: string = "ERR_FINGER_INVALID_QUERY";
}

/** The server has sent more than the limit. */
export class AnswerTooLong extends RemoteProtocolError {
  override readonly name: string = "AnswerTooLong";
  override readonly code: string = "ERR_FINGER_ANSWER_TOO_LONG";
}
