/** A server that speaks the protocol of Redis (RESP 2) as far as a client needs it to set, get and count. */
import { LineReceiver } from "../../../../src/protocol/line-receiver.ts";

export class RedisProtocol extends LineReceiver {
  readonly #values: Map<string, string> = new Map();
  #words: string[] = [];
  /** How many words the command has that comes. */
  #missing = 0;
  #word: Buffer = Buffer.alloc(0);

  override lineReceived(line: Buffer): void {
    const text = line.toString();
    if (text.startsWith("*")) this.#missing = Number(text.slice(1));
    else if (text.startsWith("$")) this.setRawMode();
  }

  /** The bytes of a word, and the end of its line. */
  override rawDataReceived(data: Buffer): void {
    this.#word = Buffer.concat([this.#word, data]);
    const end = this.#word.indexOf("\r\n");
    if (end === -1) return;
    this.#words.push(this.#word.subarray(0, end).toString());
    const rest = this.#word.subarray(end + 2);
    this.#word = Buffer.alloc(0);
    if (this.#words.length === this.#missing) {
      const [command = "", ...args] = this.#words;
      this.#words = [];
      this.transport.write(this.#answer(command.toLowerCase(), args));
    }
    this.setLineMode(rest);
  }

  #answer(command: string, [key = "", value = ""]: string[]): string {
    if (command === "set") {
      this.#values.set(key, value);
      return "+OK\r\n";
    }
    if (command === "incr") {
      const count = Number(this.#values.get(key) ?? 0) + 1;
      this.#values.set(key, String(count));
      return `:${count}\r\n`;
    }
    if (command === "get") {
      const found = this.#values.get(key);
      return found === undefined ? "$-1\r\n" : `$${Buffer.byteLength(found)}\r\n${found}\r\n`;
    }
    return `-ERR unknown command '${command}'\r\n`;
  }
}
