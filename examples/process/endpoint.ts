/** A child process as the other end of a stream: any protocol and any factory will do. `sort` sorts when it has everything. */
import { Factory, Protocol, reactor } from "hawser";
import { ProcessEndpoint } from "hawser/endpoint";
import type { ProcessTransport } from "hawser/process";

const WORDS = process.argv.length > 2 ? process.argv.slice(2) : ["pear", "apple", "quince"];

class Sorted extends Protocol<ProcessTransport> {
  override connectionMade(): void {
    this.transport.writeSequence(WORDS.map((word) => `${word}\n`));
    this.transport.closeStdin();
  }

  override dataReceived(data: Buffer): void {
    process.stdout.write(data);
  }

  override connectionLost(): void {
    reactor.stop();
  }
}

const endpoint = new ProcessEndpoint(reactor, "sort", ["sort"], { env: { LC_ALL: "C" } });
reactor.callWhenRunning(() => {
  endpoint.connect(Factory.forProtocol(Sorted)).addErrback((failure) => {
    console.error(failure.getErrorMessage());
    reactor.stop();
  });
});
await reactor.run();
