/**
 * The server's side of a negotiation, of version 4, 4a or 5: the first byte says which. RFC 1928, RFC 1929; version 4 has only the memos of those who
 * made it.
 */
import { LocalProtocolError } from "../../errors.ts";
import { SOCKSProtocolError } from "./errors.ts";
import { outcomeNumber } from "./outcome.ts";
import type { SOCKSOutcome } from "./outcome.ts";
import { NO_ADDRESS, formatAddress, parseAddress } from "./socks-address.ts";
import type { SOCKSAddress } from "./socks-address.ts";
import { ipAddressBytes } from "../../bytes/ip-address.ts";

export type SOCKSCommand = "connect" | "bind" | "udp associate";

/** How a client may say who it is; 0 says nothing, 2 is a name and a password. */
export const ANONYMOUS = 0;
export const CREDENTIALS = 2;
const NONE = 255;

export type ServerEvent =
  /** A client of version 5 says what it can; answered with `"method"`. */
  | { readonly type: "methods"; readonly methods: readonly number[] }
  /** Answered with `"credentials checked"`. */
  | { readonly type: "credentials"; readonly username: string; readonly password: string }
  /** Answered with `"reply"`; for `"bind"` with two of them. A command that there is not is `undefined`. */
  | ({ readonly type: "request"; readonly command: SOCKSCommand | undefined; readonly userID: string } & SOCKSAddress)
  /** A request that cannot be read to its end; answered with `"reply"`. */
  | { readonly type: "unreadable request"; readonly outcome: SOCKSOutcome };

export type ServerAnswer =
  /** Without one, the connection is to be closed. */
  | { readonly type: "method"; readonly method: number | undefined }
  | { readonly type: "credentials checked"; readonly accepted: boolean }
  | { readonly type: "reply"; readonly outcome: SOCKSOutcome; readonly address?: SOCKSAddress };

export interface ServerMachineOptions {
  /** The versions that are spoken; both unless told otherwise. */
  readonly versions?: readonly (4 | 5)[];
  /** How long the name of a user, or of a host in version 4a, may be; 255 bytes unless told otherwise, as in version 5. */
  readonly maxTextLength?: number;
}

const COMMANDS: readonly (SOCKSCommand | undefined)[] = [undefined, "connect", "bind", "udp associate"];
const VERSION_OF_CREDENTIALS = 1;
/** What a request of version 4 has before its texts. */
const FIXED_OF_VERSION_4 = 8;

export class SOCKSServerMachine {
  readonly #versions: readonly number[];
  readonly #maxTextLength: number;
  #received: Buffer = Buffer.alloc(0);
  #version: 4 | 5 | undefined = undefined;
  /** What is waited for: the peer's next message, or the answer to its last. */
  #state: "version" | "methods" | "method" | "credentials" | "checking" | "request" | "reply" | "failed" = "version";

  constructor({ versions = [4, 5], maxTextLength = 255 }: ServerMachineOptions = {}) {
    this.#versions = versions;
    this.#maxTextLength = maxTextLength;
  }

  /** The version that the client speaks; 5 before it is known. */
  get version(): 4 | 5 {
    return this.#version ?? 5;
  }

  receive(chunk: Uint8Array): void {
    if (this.#state !== "failed") this.#received = Buffer.concat([this.#received, chunk]);
  }

  /** The next message of the client. Throws `SOCKSProtocolError` where there can be none. */
  nextEvent(): ServerEvent | "needData" {
    try {
      return this.#read();
    } catch (error) {
      this.#state = "failed";
      this.#received = Buffer.alloc(0);
      throw error;
    }
  }

  /** The bytes that answer the client's last message. Throws `LocalProtocolError` where it has another answer. */
  send(answer: ServerAnswer): Buffer {
    switch (answer.type) {
      case "method":
        this.#expect("method", answer);
        this.#state =
          answer.method === undefined ? "failed" : answer.method === CREDENTIALS ? "credentials" : "request";
        return Buffer.of(5, answer.method ?? NONE);
      case "credentials checked":
        this.#expect("checking", answer);
        this.#state = answer.accepted ? "request" : "failed";
        return Buffer.of(VERSION_OF_CREDENTIALS, answer.accepted ? 0 : 1);
      case "reply":
        this.#expect("reply", answer);
        return this.#reply(answer.outcome, answer.address ?? NO_ADDRESS);
      default:
        return answer satisfies never;
    }
  }

  /** What came behind the request: it is for whoever the client is connected to. */
  takeRest(): Buffer {
    const rest = this.#received;
    this.#received = Buffer.alloc(0);
    return rest;
  }

  #read(): ServerEvent | "needData" {
    if (this.#state === "version") this.#readVersion();
    switch (this.#state) {
      case "methods":
        return this.#readMethods();
      case "credentials":
        return this.#readCredentials();
      case "request":
        return this.#version === 4 ? this.#readRequest4() : this.#readRequest5();
      default:
        return "needData";
    }
  }

  #readVersion(): void {
    const version = this.#received[0];
    if (version === undefined) return;
    if ((version !== 4 && version !== 5) || !this.#versions.includes(version)) {
      throw new SOCKSProtocolError(`The connection begins with ${version}, expected ${this.#versions.join(" or ")}`);
    }
    this.#version = version;
    this.#state = version === 4 ? "request" : "methods";
  }

  #readMethods(): ServerEvent | "needData" {
    const count = this.#received[1];
    if (count === undefined || this.#received.length < 2 + count) return "needData";
    const methods = [...this.#take(2 + count).subarray(2)];
    this.#state = "method";
    return { type: "methods", methods };
  }

  #readCredentials(): ServerEvent | "needData" {
    const bytes = this.#received;
    if (bytes.length > 0 && bytes[0] !== VERSION_OF_CREDENTIALS) {
      throw new SOCKSProtocolError(`The credentials begin with ${bytes[0]}, expected ${VERSION_OF_CREDENTIALS}`);
    }
    const name = bytes[1];
    const password = name === undefined ? undefined : bytes[2 + name];
    if (name === undefined || password === undefined || bytes.length < 3 + name + password) return "needData";
    this.#take(3 + name + password);
    this.#state = "checking";
    return {
      type: "credentials",
      username: bytes.toString("utf8", 2, 2 + name),
      password: bytes.toString("utf8", 3 + name, 3 + name + password),
    };
  }

  #readRequest5(): ServerEvent | "needData" {
    const bytes = this.#received;
    if (bytes.length > 0 && bytes[0] !== 5)
      throw new SOCKSProtocolError(`The request begins with ${bytes[0]}, expected 5`);
    const parsed = bytes.length < 3 ? "needData" : parseAddress(bytes, 3);
    if (parsed === "needData") return parsed;
    this.#state = "reply";
    if (parsed === "unsupported") {
      this.takeRest();
      return { type: "unreadable request", outcome: "address not supported" };
    }
    this.#take(parsed.end);
    return { type: "request", command: COMMANDS[bytes[1]!], userID: "", ...parsed.address };
  }

  #readRequest4(): ServerEvent | "needData" {
    const bytes = this.#received;
    const userEnd = this.#endOfText(FIXED_OF_VERSION_4);
    if (userEnd === undefined) return "needData";
    const [first, second, third, fourth] = bytes.subarray(4, FIXED_OF_VERSION_4);
    let host = bytes.subarray(4, FIXED_OF_VERSION_4).join(".");
    let end = userEnd + 1;
    // Version 4a: "0.0.0.x with x nonzero" stands for a name behind the user's.
    if (first === 0 && second === 0 && third === 0 && fourth !== 0) {
      const hostEnd = this.#endOfText(end);
      if (hostEnd === undefined) return "needData";
      host = bytes.toString("utf8", end, hostEnd);
      end = hostEnd + 1;
    }
    const command = bytes[1] === 3 ? undefined : COMMANDS[bytes[1]!];
    const userID = bytes.toString("utf8", FIXED_OF_VERSION_4, userEnd);
    const port = bytes.readUInt16BE(2);
    this.#take(end);
    this.#state = "reply";
    return { type: "request", command, userID, host, port };
  }

  /** Where the zero is that ends the text which begins at `start`. */
  #endOfText(start: number): number | undefined {
    const end = this.#received.indexOf(0, start);
    const length = (end === -1 ? this.#received.length : end) - start;
    if (length > this.#maxTextLength) {
      throw new SOCKSProtocolError(`A name is longer than ${this.#maxTextLength} bytes (maxTextLength)`);
    }
    return end === -1 ? undefined : end;
  }

  #reply(outcome: SOCKSOutcome, address: SOCKSAddress): Buffer {
    // More may follow: a request to bind has two answers.
    if (outcome !== "succeeded") this.#state = "failed";
    if (this.#version === 5) return Buffer.concat([Buffer.of(5, outcomeNumber(5, outcome), 0), formatAddress(address)]);
    const bytes = ipAddressBytes(address.host);
    const host = bytes?.length === 4 ? bytes : Buffer.alloc(4);
    return Buffer.from([0, outcomeNumber(4, outcome), address.port >> 8, address.port & 255, ...host]);
  }

  #take(length: number): Buffer {
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  #expect(state: string, { type }: ServerAnswer): void {
    if (this.#state === state) return;
    throw new LocalProtocolError(`Cannot send "${type}": the negotiation is at "${this.#state}", expected "${state}"`);
  }
}
