/** A chat: each line goes to everybody else. */
import { Factory } from "hawser";
import { TextLineReceiver } from "hawser/protocol";

export class Chat extends TextLineReceiver {
  readonly #users: Map<string, Chat>;
  /** `nc` ends lines with a line feed alone, telnet puts a carriage return before it. */
  override delimiter = "\n";
  #name: string | undefined = undefined;

  constructor(users: Map<string, Chat>) {
    super();
    this.#users = users;
  }

  override connectionMade(): void {
    this.sendLine("What's your name?");
  }

  override connectionLost(): void {
    if (this.#name !== undefined) this.#users.delete(this.#name);
  }

  override lineReceived(line: string): void {
    const text = line.trimEnd();
    if (this.#name === undefined) this.#getName(text);
    else this.#chat(this.#name, text);
  }

  #getName(name: string): void {
    if (this.#users.has(name)) {
      this.sendLine("Name taken, please choose another.");
      return;
    }
    this.sendLine(`Welcome, ${name}!`);
    this.#name = name;
    this.#users.set(name, this);
  }

  #chat(name: string, message: string): void {
    for (const user of this.#users.values()) {
      if (user !== this) user.sendLine(`<${name}> ${message}`);
    }
  }
}

export class ChatFactory extends Factory<Chat> {
  /** By name. */
  readonly users: Map<string, Chat> = new Map();

  override buildProtocol(): Chat {
    return new Chat(this.users);
  }
}
