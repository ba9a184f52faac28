/**
 * The server of Postfix's lookup tables (tcp_table(5)): a client asks for a key in a line, and is answered in a line.
 *
 * Replies have no names, so they come in the order of the requests: while one waits for its value, no other is looked at, and nothing more is read. Nor is it while the
 * client does not read its replies.
 */
import { BacklogWatch } from "../protocol/backlog-watch.ts";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { LineReceiver } from "../protocol/line-receiver.ts";
import { ProtocolTimeout } from "../protocol/protocol-timeout.ts";
import type { Transport } from "../transport/transport.ts";
import { unquote } from "./wire/quote.ts";
import { NOT_FOUND, TRY_AGAIN, foundLine, replyLine } from "./wire/reply.ts";
import type { ReplyCode } from "./wire/reply.ts";
import { parseRequest } from "./wire/request.ts";

/** What a table has under a key: text or bytes, or nothing. */
export type MapValue = string | Uint8Array | null | undefined;

/** Where values come from. */
export interface PostfixTCPMap {
  /** What there is under `key`; `undefined` or `null` for nothing. Where it throws or fails, Postfix tries again later, and is told the message. */
  get(key: string): MapValue | PromiseLike<MapValue>;
}

/**
 * Answers requests with what `factory.get(key)` answers. A factory of this subpath makes it. Try one with `postmap -q KEY tcp:localhost:4242`.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { StringTransport } from "hawser/testing";
 * const factory = new PostfixTCPMapDictServerFactory(new Clock(), { "example.org": "smtp:[192.0.2.1]" });
 * const server = new PostfixTCPMapServer(factory.clock);
 * server.factory = factory;
 * const transport = new StringTransport();
 * server.makeConnection(transport);
 * server.dataReceived(Buffer.from("get example.org\nget example.com\n"));
 * assert.equal(transport.value(), "200 smtp%3A%5B192.0.2.1%5D\n500 \n");
 */
export class PostfixTCPMapServer<T extends Transport = Transport> extends LineReceiver<T> {
  declare factory: PostfixTCPMap;
  override delimiter = "\n";
  /** After so many seconds without a request the connection is closed; `null` for never. */
  timeout: number | null = 600;
  readonly #silence: ProtocolTimeout;
  readonly #unread: BacklogWatch = new BacklogWatch(() => this.#goOn());
  #isLookingUp = false;

  constructor(clock: ReactorTime) {
    super();
    this.#silence = new ProtocolTimeout(clock, () => {
      // What is not read is not waited for.
      if (this.#unread.isFull) this.transport.abortConnection();
      else this.transport.loseConnection();
    });
  }

  override connectionMade(): void {
    this.#silence.setTimeout(this.timeout);
  }

  override connectionLost(_reason: Failure): void {
    this.#silence.setTimeout(null);
  }

  override lineReceived(line: Buffer): void {
    this.#silence.resetTimeout();
    const request = parseRequest(line.toString("latin1"));
    if (request.kind === "get") this.do_get(unquote(request.key).toString());
    else if (request.kind === "put") this.do_put(unquote(request.key).toString(), unquote(request.value));
    else this.sendCode(TRY_AGAIN, request.complaint);
  }

  override sendLine(line: string | Uint8Array): void {
    this.#unread.write(this.transport, Buffer.concat([Buffer.from(line as string), Buffer.from(this.delimiter)]));
    if (this.#unread.isFull && !this.paused) this.pauseProducing();
  }

  /** Sends a reply. What cannot stand in a line of 4096 bytes of ASCII is cut off, or is a question mark. */
  sendCode(code: ReplyCode, message = ""): void {
    this.sendLine(replyLine(code, message));
  }

  /** Called for a request for a key. */
  do_get(key: string): void {
    this.#isLookingUp = true;
    const answer = maybeDeferred(() => this.factory.get(key));
    answer.addCallbacks(
      (value) => (value === undefined || value === null ? this.sendCode(NOT_FOUND) : this.sendLine(foundLine(value))),
      (failure) => this.sendCode(TRY_AGAIN, failure.getErrorMessage()),
    );
    answer.addErrback((failure) => this.sendCode(TRY_AGAIN, failure.getErrorMessage()));
    answer.addBoth(() => {
      this.#isLookingUp = false;
      this.#goOn();
    });
    if (this.#isLookingUp && !this.paused) this.pauseProducing();
  }

  /** Called for a request to store a value, which Postfix does not make. */
  do_put(_key: string, _value: Buffer): void {
    this.sendCode(NOT_FOUND, "put is not implemented yet.");
  }

  #goOn(): void {
    if (this.paused && !this.#isLookingUp && !this.#unread.isFull) this.resumeProducing();
  }
}
