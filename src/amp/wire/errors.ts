/** What can be wrong with boxes: with those that we are to send, and with those that the peer has sent. */
import { LocalProtocolError, RemoteProtocolError } from "../../errors.ts";

/** What a `TooLong` is about. */
export interface TooLongFacts {
  /** Whether it is the key, not the value, that is too long. */
  readonly isKey: boolean;
  /** How many bytes it has. */
  readonly length: number;
  /** The key whose value is too long. */
  readonly keyName?: string;
}

/** A key or a value that is to be sent has no room in a box: 255 bytes are the most for a key, 65,535 for a value. Nothing was sent. */
export class TooLong extends LocalProtocolError {
  override readonly name: string = "TooLong";
  override readonly code: string = "ERR_AMP_TOO_LONG";
  readonly isKey: boolean;
  readonly length: number;
  readonly keyName: string | undefined;

  constructor(message: string, facts: TooLongFacts) {
    super(message);
    this.isKey = facts.isKey;
    this.length = facts.length;
    this.keyName = facts.keyName;
  }
}

/** What the peer has sent is no box, or one that is not taken. */
export class MalformedAmpBox extends RemoteProtocolError {
  override readonly name: string = "MalformedAmpBox";
  override readonly code: string = "ERR_AMP_MALFORMED_BOX";
}

/** The peer has sent a key of more than 255 bytes. */
export class KeyTooLong extends MalformedAmpBox {
  override readonly name: string = "KeyTooLong";
  override readonly code: string = "ERR_AMP_KEY_TOO_LONG";
}

/** The peer has sent a value that is longer than the limit. */
export class ValueTooLong extends MalformedAmpBox {
  override readonly name: string = "ValueTooLong";
  override readonly code: string = "ERR_AMP_VALUE_TOO_LONG";
}

/** The peer has sent a box with more keys than the limit. */
export class TooManyKeys extends MalformedAmpBox {
  override readonly name: string = "TooManyKeys";
  override readonly code: string = "ERR_AMP_TOO_MANY_KEYS";
}

/** The peer has sent a box that is longer than the limit. */
export class BoxTooLong extends MalformedAmpBox {
  override readonly name: string = "BoxTooLong";
  override readonly code: string = "ERR_AMP_BOX_TOO_LONG";
}
