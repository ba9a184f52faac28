/** A chat client: each line that is typed is sent, each line that comes is shown. Argument: the port of the chat. */
import { Protocol, reactor } from "hawser";
import { StandardIO } from "hawser/streams";
import { TCP4ClientEndpoint, connectProtocol } from "hawser/endpoint";
import { TextLineReceiver } from "hawser/protocol";

/** What the server says goes to the terminal. */
class Chat extends Protocol {
  readonly #terminal = new Terminal(this);

  override connectionMade(): void {
    void new StandardIO(this.#terminal, { reactor });
  }

  override dataReceived(data: Buffer): void {
    this.#terminal.transport.write(data);
  }

  override connectionLost(): void {
    this.#terminal.transport.loseConnection();
  }
}

/** What is typed goes to the server. */
class Terminal extends TextLineReceiver {
  override delimiter = "\n";
  readonly #chat: Chat;

  constructor(chat: Chat) {
    super();
    this.#chat = chat;
  }

  override lineReceived(line: string): void {
    this.#chat.transport.write(`${line}\n`);
  }

  override connectionLost(): void {
    this.#chat.transport.loseConnection();
    if (reactor.running) reactor.stop();
  }
}

const port = Number(process.argv[2]);
if (!(port > 0)) {
  console.error("usage: chat-client PORT");
  process.exit(2);
}
reactor.callWhenRunning(() => {
  connectProtocol(new TCP4ClientEndpoint(reactor, "127.0.0.1", port), new Chat()).addErrback((failure) => {
    console.error(failure.getErrorMessage());
    process.exitCode = 1;
    reactor.stop();
  });
});
await reactor.run();
