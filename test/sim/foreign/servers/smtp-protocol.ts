/** A server that takes mail (RFC 5321) and keeps it. */
import { LineReceiver } from "../../../../src/protocol/line-receiver.ts";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

export class SMTPProtocol extends LineReceiver {
  /** Called with each message. */
  onMail: (mail: ReceivedMail) => void = () => {};
  #from = "";
  #to: string[] = [];
  #lines: string[] | undefined = undefined;

  override connectionMade(): void {
    this.#reply("220 mail.example ready");
  }

  override lineReceived(line: Buffer): void {
    const text = line.toString();
    if (this.#lines === undefined) this.#command(text);
    else if (text === ".") this.#received(this.#lines);
    else this.#lines.push(text.startsWith(".") ? text.slice(1) : text);
  }

  #command(text: string): void {
    const verb = text.slice(0, 4).toUpperCase();
    const path = /<(.*?)>/.exec(text)?.[1] ?? "";
    if (verb === "EHLO") this.#reply("250-mail.example\r\n250 PIPELINING");
    else if (verb === "MAIL") this.#from = path;
    else if (verb === "RCPT") this.#to.push(path);
    else if (verb === "DATA") this.#lines = [];
    if (verb === "DATA") this.#reply("354 go on");
    else if (verb === "MAIL" || verb === "RCPT" || verb === "RSET") this.#reply("250 ok");
    else if (verb === "QUIT") {
      this.#reply("221 bye");
      this.transport.loseConnection();
    } else if (verb !== "EHLO") this.#reply("502 what?");
  }

  #received(lines: string[]): void {
    this.#lines = undefined;
    this.onMail({ from: this.#from, to: this.#to, text: lines.join("\n") });
    this.#to = [];
    this.#reply("250 taken");
  }

  #reply(text: string): void {
    this.sendLine(text);
  }
}
