/**
 * The name that a client asks for (SNI), read of its first message before anything is answered (RFC 8446 sections 4.1.2 and 5.1, RFC 6066
 * section 3). What is no such message, or is broken, has no name here: OpenSSL sees all of it again, and says what is wrong.
 */

/** What has been read of a client's first message. */
export interface ClientHello {
  /** `undefined` where it asks for none. */
  readonly serverName: string | undefined;
}

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
/** RFC 8446 section 5.1: "The length MUST NOT exceed 2^14 bytes." */
const LONGEST_RECORD = 2 ** 14;
/** What OpenSSL takes as well. */
const LONGEST_HELLO = 128 * 1024;
const VERSION_AND_RANDOM = 2 + 32;
const NO_NAME: ClientHello = { serverName: undefined };

/** Reads one message, which may be cut into records, and these into pieces, anywhere. */
export class ClientHelloReader {
  /** What belongs to a record that is not complete. */
  #rest: Buffer = Buffer.alloc(0);
  readonly #fragments: Buffer[] = [];
  #length = 0;

  /** Takes what has arrived. It may be called until it has answered; nothing that it is given is kept. */
  receive(chunk: Uint8Array): ClientHello | "needData" {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= RECORD_HEADER) {
      const length = bytes.readUInt16BE(at + 3);
      if (bytes[at] !== HANDSHAKE || length === 0 || length > LONGEST_RECORD) return NO_NAME;
      const end = at + RECORD_HEADER + length;
      if (end > bytes.length) break;
      const hello = this.#fragment(bytes.subarray(at + RECORD_HEADER, end));
      if (hello !== "needData") return hello;
      at = end;
    }
    this.#rest = bytes.subarray(at);
    return "needData";
  }

  #fragment(fragment: Buffer): ClientHello | "needData" {
    this.#fragments.push(fragment);
    this.#length += fragment.length;
    if (this.#length < MESSAGE_HEADER) return "needData";
    // The header of the message comes first, most likely in one piece.
    if (this.#fragments[0]!.length < MESSAGE_HEADER)
      this.#fragments.splice(0, Infinity, Buffer.concat(this.#fragments));
    const [first] = this.#fragments as [Buffer];
    const end = MESSAGE_HEADER + first.readUIntBE(1, 3);
    if (first[0] !== CLIENT_HELLO || end > LONGEST_HELLO) return NO_NAME;
    if (this.#length < end) return "needData";
    const message = Buffer.concat(this.#fragments).subarray(MESSAGE_HEADER, end);
    return { serverName: serverNameIn(new Fields(message)) };
  }
}

function serverNameIn(hello: Fields): string | undefined {
  hello.skip(VERSION_AND_RANDOM);
  hello.vector(1); // the session's id
  hello.vector(2); // ciphers
  hello.vector(1); // compression
  const extensions = hello.vector(2);
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const extension = extensions.vector(2);
    if (type !== SERVER_NAME) continue;
    // RFC 6066 section 3: "The ServerNameList MUST NOT contain more than one name of the same name_type", and there is one type.
    const names = extension.vector(2);
    if (names.number(1) !== HOST_NAME) return undefined;
    const name = names.vector(2).text();
    return name === "" || name.includes("\0") ? undefined : name;
  }
  return undefined;
}

/** Fields one after the other; where something is missing, there is nothing in them. */
class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  skip(length: number): void {
    this.#at = Math.min(this.#at + length, this.#bytes.length);
  }

  /** -1 where there is none. */
  number(size: 1 | 2): number {
    const at = this.#at;
    this.skip(size);
    return at + size > this.#bytes.length ? -1 : this.#bytes.readUIntBE(at, size);
  }

  /** What stands behind its length. */
  vector(sizeOfLength: 1 | 2): Fields {
    const length = this.number(sizeOfLength);
    const begin = this.#at;
    const isWhole = length >= 0 && length <= this.left;
    this.skip(isWhole ? length : this.left);
    return new Fields(isWhole ? this.#bytes.subarray(begin, begin + length) : Buffer.alloc(0));
  }

  text(): string {
    return this.#bytes.toString("latin1");
  }
}
