/** A server that speaks the protocol of PostgreSQL (version 3) as far as a client needs it for a simple query: it answers each with one row. */
import { Protocol } from "../../../../src/protocol/protocol.ts";

const TEXT_TYPE = 25;
const SSL_REQUEST = 80_877_103;

export class PostgresProtocol extends Protocol {
  #received: Buffer = Buffer.alloc(0);
  #hasStarted = false;

  override dataReceived(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (let message = this.#next(); message !== undefined; message = this.#next()) this.#answer(message);
  }

  /** The next message: all but the first have a letter before their length. */
  #next(): { kind: string; body: Buffer } | undefined {
    const start = this.#hasStarted ? 1 : 0;
    if (this.#received.length < start + 4) return undefined;
    const length = this.#received.readInt32BE(start);
    if (this.#received.length < start + length) return undefined;
    const kind = this.#hasStarted ? String.fromCharCode(this.#received[0]!) : "startup";
    const body = this.#received.subarray(start + 4, start + length);
    this.#received = this.#received.subarray(start + length);
    return { kind, body };
  }

  #answer({ kind, body }: { kind: string; body: Buffer }): void {
    if (kind === "startup" && body.readInt32BE(0) === SSL_REQUEST) {
      this.transport.write("N");
    } else if (kind === "startup") {
      this.#hasStarted = true;
      this.#send("R", int32(0));
      this.#send("S", Buffer.from("server_version\x0016.0\x00"));
      this.#send("Z", Buffer.from("I"));
    } else if (kind === "Q") {
      this.#row(body.subarray(0, -1).toString());
    } else if (kind === "X") {
      this.transport.loseConnection();
    }
  }

  #row(query: string): void {
    const value = Buffer.from(`answer to ${query}`);
    const field = [Buffer.from("text\x00"), int32(0), int16(0), int32(TEXT_TYPE), int16(-1), int32(-1), int16(0)];
    this.#send("T", int16(1), ...field);
    this.#send("D", int16(1), int32(value.length), value);
    this.#send("C", Buffer.from("SELECT 1\x00"));
    this.#send("Z", Buffer.from("I"));
  }

  #send(kind: string, ...parts: Buffer[]): void {
    const body = Buffer.concat(parts);
    this.transport.writeSequence([kind, int32(body.length + 4), body]);
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
