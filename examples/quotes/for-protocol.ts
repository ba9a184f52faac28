/** Quote of the day: a protocol that needs nothing from its factory. Argument: the port. */
import { Factory, Protocol, reactor } from "hawser";
import { serverFromString } from "hawser/endpoint";

class QOTD extends Protocol {
  override connectionMade(): void {
    this.transport.write("An apple a day keeps the doctor away\r\n");
    this.transport.loseConnection();
  }
}

const endpoint = serverFromString(reactor, `tcp:${process.argv[2] ?? 8007}:interface=127.0.0.1`);
endpoint.listen(Factory.forProtocol(QOTD)).addCallback((port) => console.log(`Quotes on ${port.getHost().toString()}`));
await reactor.run();
