/**
 * Sends lines to the echo server, each when the one before has come back. Since datagrams get lost, what does not come back in
 * time is sent again; after the third time, the client gives up. Arguments: the server's port, 9999 unless given, and the seconds to wait, 1
 * unless given.
 */
import { DatagramProtocol, reactor } from "hawser";

const LINES = ["Hello, world!", "What a fine day it is.", "Bye-bye!"];
const PATIENCE = Number(process.argv[3] ?? 1);
const TRIES = 3;

class EchoClient extends DatagramProtocol {
  #line = 0;
  #tries = 0;
  #again = reactor.callLater(PATIENCE, () => this.#send());

  override startProtocol(): void {
    this.transport.connect("127.0.0.1", Number(process.argv[2] ?? 9999));
    this.#send();
  }

  override datagramReceived(datagram: Buffer): void {
    const line = LINES[this.#line];
    if (datagram.toString() !== line) return;
    console.log(`The server said: ${line}`);
    this.#line++;
    this.#tries = 0;
    if (this.#line < LINES.length) this.#send();
    else reactor.stop();
  }

  override connectionRefused(): void {
    console.log("No one listening");
    reactor.stop();
  }

  #send(): void {
    if (this.#again.active()) this.#again.cancel();
    if (++this.#tries > TRIES) {
      console.log("No answer");
      reactor.stop();
      return;
    }
    this.transport.write(LINES[this.#line]!);
    this.#again = reactor.callLater(PATIENCE, () => this.#send());
  }
}

reactor.listenUDP(0, new EchoClient(), { interface: "127.0.0.1" });
await reactor.run();
