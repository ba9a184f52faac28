/** How the parts of an AMP connection know each other. */
import type { Failure } from "../deferred/failure.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Certificate } from "../tls/certificate.ts";
import type { PrivateCertificate } from "../tls/private-certificate.ts";
import type { AmpBox, BoxTarget } from "./wire/amp-box.ts";

/** What boxes are sent with. */
export interface BoxSender extends BoxTarget {
  /** Sends a box. Throws `ProtocolSwitched` or `ConnectionLost` where boxes can be sent no more, and `TooLong` for a box that cannot be. */
  sendBox(box: AmpBox): void;
  /** Called with a failure that nobody else has handled. */
  unhandledError(failure: Failure): void;
  /** Closes the connection, when everything has been sent. */
  loseConnection(): void;
}

/** What boxes are sent with, where that is a connection. */
export interface BoxConnection extends BoxSender {
  /** From now on, boxes wait until TLS has been started, or `cancelTLS` is called. Throws `OnlyOneTLS` where TLS has been started before. */
  prepareTLS(): void;
  cancelTLS(): void;
  startTLS(certificate: PrivateCertificate | undefined, authorities: readonly Certificate[] | undefined): void;
  /** From now on, no boxes are sent. */
  lockForSwitch(): void;
  /** Boxes are sent again. Throws `ProtocolSwitched` where it is too late for that. */
  unlockFromSwitch(): void;
  /** Hands the connection over. */
  switchTo(protocol: ProtocolLike, clientFactory?: ClientFactoryLike): void;
  /** A protocol for this connection. */
  buildProtocol(factory: ClientFactoryLike): ProtocolLike | null;
  /** Sends a descriptor, and answers by which number the peer knows it. */
  sendFileDescriptor(fd: number): number;
  /** The descriptor that the peer has sent with this number. Whoever takes it closes it. */
  takeFileDescriptor(ordinal: number): number;
}

/** Who is given the boxes that arrive. */
export interface BoxReceiver {
  /** Whether it waits for boxes: then it is given those that arrive though the peer does not read those that it is sent. */
  readonly awaitsAnswers?: boolean;
  /** Called first, with what answers are sent with. */
  startReceivingBoxes(sender: BoxSender): void;
  ampBoxReceived(box: AmpBox): void;
  /** Called last: no more boxes will arrive. */
  stopReceivingBoxes(reason: Failure): void;
}

/** Answers a box to a box, now or later. */
export type BoxResponder = (box: AmpBox, sender: BoxSender) => AmpBox | PromiseLike<AmpBox>;

/** Knows who responds to a command. */
export interface ResponderLocator {
  /** The responder for the command of this name, a character for each byte; `undefined` where there is none. */
  locateResponder(name: string): BoxResponder | undefined;
}
