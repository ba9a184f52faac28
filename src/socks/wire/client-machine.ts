/** The client's side of a negotiation, of version 4a or 5. */
import { ipAddressBytes, ipAddressText } from "../../bytes/ip-address.ts";
import { LocalProtocolError } from "../../errors.ts";
import { SOCKSProtocolError } from "./errors.ts";
import { outcomeOf } from "./outcome.ts";
import type { SOCKSOutcome } from "./outcome.ts";
import { ANONYMOUS, CREDENTIALS } from "./server-machine.ts";
import type { SOCKSCommand } from "./server-machine.ts";
import { formatAddress, parseAddress } from "./socks-address.ts";
import type { SOCKSAddress } from "./socks-address.ts";

export type ClientEvent =
  /** How the proxy wants to know who this is; `undefined` where it takes none of the ways. Answered with `"credentials"` or `"request"`. */
  | { readonly type: "method"; readonly method: number | undefined }
  /** Where they are accepted, answered with `"request"`. */
  | { readonly type: "credentials checked"; readonly accepted: boolean }
  /** What became of the request; for `"bind"` and a success, there is another one later. */
  | ({ readonly type: "reply"; readonly outcome: SOCKSOutcome } & SOCKSAddress);

export type ClientMessage =
  | { readonly type: "methods"; readonly methods: readonly number[] }
  | { readonly type: "credentials"; readonly username: string; readonly password: string }
  | ({ readonly type: "request"; readonly command: SOCKSCommand; readonly userID?: string } & SOCKSAddress);

const COMMANDS: Readonly<Record<SOCKSCommand, number>> = { connect: 1, bind: 2, "udp associate": 3 };
const REPLY_OF_VERSION_4 = 8;
const LONGEST_TEXT = 255;

export class SOCKSClientMachine {
  readonly #version: 4 | 5;
  #received: Buffer = Buffer.alloc(0);
  #state: "idle" | "method" | "checking" | "replying" | "failed" = "idle";

  constructor(version: 4 | 5) {
    this.#version = version;
  }

  receive(chunk: Uint8Array): void {
    if (this.#state !== "failed") this.#received = Buffer.concat([this.#received, chunk]);
  }

  /** The bytes for a message. Throws `LocalProtocolError` for one that cannot be sent. */
  send(message: ClientMessage): Buffer {
    switch (message.type) {
      case "methods":
        this.#state = "method";
        return Buffer.of(5, message.methods.length, ...message.methods);
      case "credentials": {
        this.#state = "checking";
        const [name, password] = [textBytes(message.username, 1), textBytes(message.password, 0)];
        return Buffer.concat([Buffer.of(1, name.length), name, Buffer.of(password.length), password]);
      }
      case "request":
        this.#state = "replying";
        if (this.#version === 4) return request4(message);
        return Buffer.concat([Buffer.of(5, COMMANDS[message.command], 0), formatAddress(message)]);
      default:
        return message satisfies never;
    }
  }

  /** The next message of the proxy. Throws `SOCKSProtocolError` where there can be none. */
  nextEvent(): ClientEvent | "needData" {
    try {
      return this.#read();
    } catch (error) {
      this.#state = "failed";
      this.#received = Buffer.alloc(0);
      throw error;
    }
  }

  /** What came behind the last message. */
  takeRest(): Buffer {
    const rest = this.#received;
    this.#received = Buffer.alloc(0);
    return rest;
  }

  #read(): ClientEvent | "needData" {
    const bytes = this.#received;
    switch (this.#state) {
      case "method": {
        this.#begins(5);
        if (bytes.length < 2) return "needData";
        this.#take(2, "idle");
        const method = bytes[1]!;
        return { type: "method", method: method === ANONYMOUS || method === CREDENTIALS ? method : undefined };
      }
      case "checking":
        this.#begins(1);
        if (bytes.length < 2) return "needData";
        this.#take(2, "idle");
        return { type: "credentials checked", accepted: bytes[1] === 0 };
      case "replying":
        return this.#version === 4 ? this.#readReply4() : this.#readReply5();
      default:
        return "needData";
    }
  }

  #readReply4(): ClientEvent | "needData" {
    this.#begins(0);
    const bytes = this.#received;
    if (bytes.length < REPLY_OF_VERSION_4) return "needData";
    const outcome = outcomeOf(4, bytes[1]!);
    this.#take(REPLY_OF_VERSION_4, "replying");
    return { type: "reply", outcome, host: ipAddressText(bytes.subarray(4, 8))!, port: bytes.readUInt16BE(2) };
  }

  #readReply5(): ClientEvent | "needData" {
    this.#begins(5);
    const bytes = this.#received;
    if (bytes.length < 4) return "needData";
    const parsed = parseAddress(bytes, 3);
    if (parsed === "needData") return parsed;
    if (parsed === "unsupported")
      throw new SOCKSProtocolError(`The proxy names an address of the kind ${bytes[3]}, expected 1, 3 or 4`);
    this.#take(parsed.end, "replying");
    return { type: "reply", outcome: outcomeOf(5, bytes[1]!), ...parsed.address };
  }

  #begins(expected: number): void {
    const [first] = this.#received;
    if (first === undefined || first === expected) return;
    throw new SOCKSProtocolError(`The proxy's answer begins with ${first}, expected ${expected}`);
  }

  #take(length: number, then: "idle" | "replying"): void {
    this.#received = this.#received.subarray(length);
    this.#state = then;
  }
}

function request4({ command, host, port, userID = "" }: ClientMessage & { type: "request" }): Buffer {
  if (command === "udp associate")
    throw new LocalProtocolError("Cannot send datagrams by version 4, expected version 5");
  const address = ipAddressBytes(host);
  if (address !== undefined && address.length !== 4) {
    throw new LocalProtocolError(`Cannot connect to ${host} by version 4, expected an IPv4 address or a name`);
  }
  // A name is behind the user's, and an address that there is not says so.
  const texts = address === undefined ? [textBytes(userID, 0), textBytes(host, 1)] : [textBytes(userID, 0)];
  const head = [4, COMMANDS[command], port >> 8, port & 255, ...(address ?? [0, 0, 0, 1])];
  return Buffer.concat([Buffer.from(head), ...texts.flatMap((text) => [text, Buffer.of(0)])]);
}

function textBytes(text: string, least: number): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length < least || bytes.length > LONGEST_TEXT || bytes.includes(0)) {
    throw new LocalProtocolError(
      `Cannot send a name of ${bytes.length} bytes: expected ${least} to ${LONGEST_TEXT}, and no zeros`,
    );
  }
  return bytes;
}
