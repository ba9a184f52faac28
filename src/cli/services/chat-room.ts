/**
 * A chat room in which strangers may be: what each of them can make grow has a limit. `examples/chat` is the same without limits.
 */
import { Factory } from "../../protocol/factory.ts";
import { TextLineReceiver } from "../../protocol/text-line-receiver.ts";

export interface ChatRoomOptions {
  /** How many may be connected. Default: 1000 */
  readonly maxUsers?: number;
}

const MAX_NAME = 32;

export class ChatRoom extends Factory<ChatUser> {
  /** Those who have said their names. */
  readonly users: Map<string, ChatUser> = new Map();
  readonly #maxUsers: number;
  #connected = 0;

  constructor(options: ChatRoomOptions = {}) {
    super();
    this.#maxUsers = options.maxUsers ?? 1000;
  }

  override buildProtocol(): ChatUser | null {
    // `null` closes the connection.
    if (this.#connected >= this.#maxUsers) return null;
    this.#connected++;
    return new ChatUser(this.users, () => this.#connected--);
  }
}

export class ChatUser extends TextLineReceiver {
  /** `nc` ends lines with a line feed alone, telnet puts a carriage return before it. */
  override delimiter = "\n";
  override MAX_LENGTH = 2048;
  readonly #users: Map<string, ChatUser>;
  readonly #left: () => void;
  #name: string | undefined = undefined;
  /** Whether so much waits to be sent to it that it gets no more. */
  #slow = false;

  constructor(users: Map<string, ChatUser>, left: () => void) {
    super();
    this.#users = users;
    this.#left = left;
  }

  override connectionMade(): void {
    // What others say is not waited for: who does not read it misses it.
    this.transport.registerProducer(
      {
        pauseProducing: () => (this.#slow = true),
        resumeProducing: () => (this.#slow = false),
        stopProducing: () => (this.#slow = true),
      },
      true,
    );
    this.sendLine("What's your name?");
  }

  override connectionLost(): void {
    this.#left();
    if (this.#name !== undefined) this.#users.delete(this.#name);
  }

  override lineReceived(line: string): void {
    const text = visible(line.trimEnd());
    if (this.#name === undefined) this.#getName(text);
    else this.#say(this.#name, text);
  }

  #getName(name: string): void {
    if (name.length > MAX_NAME || name === "") {
      this.sendLine(`Please choose a name of 1 to ${MAX_NAME} letters.`);
    } else if (this.#users.has(name)) {
      this.sendLine("Name taken, please choose another.");
    } else {
      this.sendLine(`Welcome, ${name}!`);
      this.#name = name;
      this.#users.set(name, this);
    }
  }

  #say(name: string, message: string): void {
    for (const user of this.#users.values()) {
      if (user !== this && !user.#slow) user.sendLine(`<${name}> ${message}`);
    }
  }
}

/** Without what would control the terminals of others. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, "");
}
