/** The client's side of HTTP's CONNECT (RFC 9110 section 9.3.6): a request, and the head of the answer, behind which there is a tunnel. */
import { LocalProtocolError, RemoteProtocolError } from "../../errors.ts";

/** The proxy's answer was none of HTTP, or too long. */
export class ConnectResponseError extends RemoteProtocolError {
  override readonly name: string = "ConnectResponseError";
  override readonly code: string = "ERR_CONNECT_RESPONSE";
}

/** What is asked for. */
export interface ConnectRequest {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** Who asks, if the proxy is to be told. */
  readonly username?: string;
  readonly password?: string;
  /** Fields of the request beside those. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the proxy has answered. */
export interface ConnectResponse {
  readonly status: number;
  readonly reason: string;
}

const MAX_HEAD = 16_384;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: ([^\r\n]*))?\r?$/;
/** What may stand in the name of a field, and in its value (RFC 9110 section 5). */
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export class ConnectMachine {
  readonly #maxHead: number;
  #received: Buffer = Buffer.alloc(0);
  #state: "reading" | "done" | "failed" = "reading";

  /** @param options.maxHead how many bytes the head of the answer may have; 16 KiB unless told otherwise */
  constructor({ maxHead = MAX_HEAD }: { readonly maxHead?: number } = {}) {
    this.#maxHead = maxHead;
  }

  /** The bytes of a request. Throws `LocalProtocolError` for one that cannot be sent. */
  send({ host, port, username, password = "", headers = {} }: ConnectRequest): Buffer {
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const fields = { Host: authority, ...headers };
    const credentials = Buffer.from(`${username ?? ""}:${password}`).toString("base64");
    const all = username === undefined ? fields : { ...fields, "Proxy-Authorization": `Basic ${credentials}` };
    if (!/^[\w.\-:%]+$/.test(host))
      throw new LocalProtocolError(`Cannot ask for the host ${JSON.stringify(host)}: expected a name or an address`);
    // "The user-id and password MUST NOT contain any control characters", and the user-id no colon (RFC 7617 section 2).
    if (username?.includes(":") === true)
      throw new LocalProtocolError("Cannot send a username with a colon, expected one without");
    const lines = Object.entries(all).map(([name, value]) => {
      if (!NAME.test(name) || !VALUE.test(value)) {
        throw new LocalProtocolError(`Cannot send the field ${JSON.stringify(name)}: expected one that HTTP allows`);
      }
      return `${name}: ${value}\r\n`;
    });
    return Buffer.from(`CONNECT ${authority} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  }

  receive(chunk: Uint8Array): void {
    if (this.#state !== "failed") this.#received = Buffer.concat([this.#received, chunk]);
  }

  /** The answer, once; answers that only say that there will be one are left out. Throws `ConnectResponseError` where there is none. */
  nextEvent(): ConnectResponse | "needData" {
    while (this.#state === "reading") {
      const end = endOfHead(this.#received);
      if ((end ?? this.#received.length) > this.#maxHead) {
        throw this.#failed(`The proxy's answer is longer than ${this.#maxHead} bytes (maxHead)`);
      }
      this.#checkBeginning();
      if (end === undefined) return "needData";
      const line = this.#received.toString("latin1", 0, this.#received.indexOf("\n"));
      const [, status, reason = ""] = STATUS_LINE.exec(line) ?? [];
      if (status === undefined) {
        throw this.#failed(
          `The proxy's answer begins with ${JSON.stringify(line.slice(0, 80))}, expected a status of HTTP/1.1`,
        );
      }
      this.#received = this.#received.subarray(end);
      if (status.startsWith("1")) continue;
      this.#state = "done";
      return { status: Number(status), reason };
    }
    return "needData";
  }

  /** What came behind the answer. */
  takeRest(): Buffer {
    const rest = this.#received;
    this.#received = Buffer.alloc(0);
    return rest;
  }

  /** Whoever speaks another protocol is not waited for. */
  #checkBeginning(): void {
    const wanted = "HTTP/1.";
    const begins = this.#received.toString("latin1", 0, wanted.length);
    if (wanted.startsWith(begins)) return;
    throw this.#failed(`The proxy's answer begins with ${JSON.stringify(begins)}, expected ${JSON.stringify(wanted)}`);
  }

  #failed(message: string): ConnectResponseError {
    this.#state = "failed";
    this.#received = Buffer.alloc(0);
    return new ConnectResponseError(message);
  }
}

/** Where the empty line ends; lines end with CR LF, or with LF, which readers may take as well (RFC 9112 section 2.2). */
function endOfHead(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return undefined;
}
