/** The server of the finger protocol (RFC 1288): one question, one answer, and the end. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Failure } from "../deferred/failure.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import { LineReceiver } from "../protocol/line-receiver.ts";
import { ProtocolTimeout } from "../protocol/protocol-timeout.ts";
import type { Transport } from "../transport/transport.ts";
import { parseQuery } from "./wire/query.ts";
import { wireText } from "./wire/plain-text.ts";

const log = new Logger({ namespace: "hawser.finger" });

const MAX_LENGTH = 1000;
const TIME_OUT = 60;

/** What a server answers, at once or later. */
export type FingerAnswer = string | PromiseLike<string>;

/**
 * Override what you want to tell; unless you do, everything is denied. Answers are text; control characters in them are not sent.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * class Server extends Finger {
 *   override getUser(isVerbose: boolean, user: string): string {
 *     return `Login: ${user}\n${isVerbose ? "Plan: none\n" : ""}`;
 *   }
 * }
 * const server = new Server();
 * const transport = new StringTransport();
 * server.makeConnection(transport);
 * server.dataReceived(Buffer.from("/W ada\r\n"));
 * assert.equal(transport.value(), "Login: ada\r\nPlan: none\r\n");
 * assert.equal(transport.disconnecting, true);
 */
export class Finger<T extends Transport = Transport> extends LineReceiver<T> {
  override MAX_LENGTH: number = MAX_LENGTH;
  /** The seconds within which the question must be there, and the answer be taken, where there is a clock; `null` for any number. */
  timeOut: number | null = TIME_OUT;
  readonly #patience: ProtocolTimeout | undefined;
  #state: "waiting" | "asked" | "answered" = "waiting";

  /** With a clock, such as the reactor, it aborts connections on which nothing happens; without one, somebody else has to. */
  constructor(clock?: ReactorTime) {
    super();
    this.#patience = clock && new ProtocolTimeout(clock, () => this.#timedOut());
  }

  /** Who is there. */
  getDomain(_isVerbose: boolean): FingerAnswer {
    return "Finger online list denied";
  }

  /** Who `user` is. */
  getUser(_isVerbose: boolean, user: string): FingerAnswer {
    return `Login: ${user}\nNo such user`;
  }

  /** What `host` says about `user`, who may be empty, or followed by more hosts. RFC 1288 wants servers to be able to deny this. */
  forwardQuery(_isVerbose: boolean, _user: string, _host: string): FingerAnswer {
    return "Finger forwarding service denied";
  }

  override makeConnection(transport: T): void {
    this.#patience?.setTimeout(this.timeOut);
    super.makeConnection(transport);
  }

  override connectionLost(_reason: Failure): void {
    this.#patience?.setTimeout(null);
  }

  override lineReceived(line: Buffer): void {
    // There is one question only.
    if (this.#state !== "waiting") return;
    this.#state = "asked";
    maybeDeferred(() => this.#answer(line.toString()))
      .addCallback((text) => this.transport.write(wireText(text)))
      .addErrback((failure) => {
        log.failure("Answering a question failed", failure);
        this.transport.write(wireText("No answer can be had"));
      })
      .addBoth(() => {
        this.#state = "answered";
        this.#patience?.resetTimeout();
        this.transport.loseConnection();
      });
  }

  #timedOut(): void {
    // The answer may take its time.
    if (this.#state === "asked") this.#patience?.setTimeout(this.timeOut);
    else this.transport.abortConnection();
  }

  #answer(line: string): FingerAnswer {
    const query = parseQuery(line);
    if (query === undefined) return "This is no question about a user";
    const { isVerbose, user, host } = query;
    if (host !== undefined) return this.forwardQuery(isVerbose, user, host);
    return user === "" ? this.getDomain(isVerbose) : this.getUser(isVerbose, user);
  }
}
