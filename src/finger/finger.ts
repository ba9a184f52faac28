/** The server of the finger protocol (RFC 1288): one question, one answer, and the end. */
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import { LineReceiver } from "../protocol/line-receiver.ts";
import type { Transport } from "../transport/transport.ts";
import { parseQuery } from "./wire/query.ts";
import { wireText } from "./wire/plain-text.ts";

const log = new Logger({ namespace: "hawser.finger" });

const MAX_LENGTH = 1000;

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
  #isAsked = false;

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

  override lineReceived(line: Buffer): void {
    // There is one question only.
    if (this.#isAsked) return;
    this.#isAsked = true;
    maybeDeferred(() => this.#answer(line.toString()))
      .addCallback((text) => this.transport.write(wireText(text)))
      .addErrback((failure) => {
        log.failure("Answering a question failed", failure);
        this.transport.write(wireText("No answer can be had"));
      })
      .addBoth(() => this.transport.loseConnection());
  }

  #answer(line: string): FingerAnswer {
    const query = parseQuery(line);
    if (query === undefined) return "This is no question about a user";
    const { isVerbose, user, host } = query;
    if (host !== undefined) return this.forwardQuery(isVerbose, user, host);
    return user === "" ? this.getDomain(isVerbose) : this.getUser(isVerbose, user);
  }
}
