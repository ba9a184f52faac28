/**
 * Writes every line it receives to a file, which is open for as long as the factory is in use.
 * Arguments: the file; the port, 0 unless given.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { Factory, reactor } from "hawser";
import { LineReceiver } from "hawser/protocol";

class LoggingProtocol extends LineReceiver {
  declare factory: LogfileFactory;

  override lineReceived(line: Buffer): void {
    writeSync(this.factory.fd, `${line.toString()}\n`);
  }
}

class LogfileFactory extends Factory<LoggingProtocol> {
  override protocol = LoggingProtocol;
  readonly #fileName: string;
  fd = -1;

  constructor(fileName: string) {
    super();
    this.#fileName = fileName;
  }

  override startFactory(): void {
    this.fd = openSync(this.#fileName, "a");
  }

  override stopFactory(): void {
    closeSync(this.fd);
    console.log("The log is closed");
  }
}

const [file, port = "0"] = process.argv.slice(2);
if (file === undefined) {
  console.error("Usage: server.js FILE [PORT]");
  process.exit(2);
}
const listening = reactor.listenTCP(Number(port), new LogfileFactory(file), { interface: "127.0.0.1" });
listening.whenListening().addCallback((open) => console.log(`Logging to ${file} from ${open.getHost().toString()}`));
await reactor.run();
