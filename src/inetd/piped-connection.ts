/**
 * A connection whose program has pipes in place of its descriptor, where the reactor cannot hand that over. What the peer says goes to the standard input of the
 * program, and what that writes to its standard output or error goes to the peer; ends and back-pressure are carried both ways.
 */
import type { Failure } from "../deferred/failure.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import { RelayProtocol } from "../protocol/relay-protocol.ts";
import { ConnectionDone } from "../transport/errors.ts";
import { terminate } from "./start-program.ts";

const STDIN = 0;

/** The end of the program. */
export class PipedProgram extends RelayProtocol implements ProcessProtocolLike {
  declare transport: ProcessTransport;
  readonly #ended: (reason: Failure) => void;
  /** Its standard output and error. */
  #openOutputs = 2;

  /** @param ended is called when the process has ended and its pipes are closed */
  constructor(ended: (reason: Failure) => void) {
    super();
    this.#ended = ended;
  }

  childDataReceived(_childFD: number, data: Buffer): void {
    this.dataReceived(data);
  }

  childConnectionLost(childFD: number): void {
    if (childFD !== STDIN) {
      this.#openOutputs--;
      if (this.#openOutputs === 0) this.readConnectionLost();
    } else {
      // Nobody takes any more what the peer says; that it ends must be seen all the same.
      this.peer?.transport.resumeProducing();
    }
  }

  processExited(): void {}

  processEnded(reason: Failure): void {
    this.connectionLost(reason);
    this.#ended(reason);
  }

  /** The connection broke: the program must not take what has come for all that there was. */
  breakOff(): void {
    if (this.peer !== null) this.peer.peer = null;
    this.peer = null;
    terminate(this.transport);
    this.transport.unregisterProducer();
    this.transport.loseConnection();
  }
}

/** The end of the peer. */
export class PipedConnection extends RelayProtocol {
  readonly #start: () => PipedProgram | undefined;
  #program: PipedProgram | undefined = undefined;
  #peerHasEnded = false;

  /** @param start starts the program, and answers its end where that was possible */
  constructor(start: () => PipedProgram | undefined) {
    super();
    this.#start = start;
  }

  override connectionMade(): void {
    this.#program = this.#start();
    if (this.#program === undefined) this.transport.abortConnection();
    else this.joinPeer(this.#program);
  }

  override readConnectionLost(): void {
    this.#peerHasEnded = true;
    super.readConnectionLost();
  }

  override connectionLost(reason: Failure): void {
    if (this.peer === null || this.#peerHasEnded || reason.check(ConnectionDone) !== null) super.connectionLost(reason);
    else this.#program?.breakOff();
  }
}
