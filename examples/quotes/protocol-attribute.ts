/** Quote of the day: the factory names the class of its protocols, and keeps the quote for them. Argument: the port. */
import { Factory, Protocol, reactor } from "hawser";
import { TCP4ServerEndpoint } from "hawser/endpoint";

class QOTD extends Protocol {
  declare factory: QOTDFactory;

  override connectionMade(): void {
    this.transport.write(`${this.factory.quote}\r\n`);
    this.transport.loseConnection();
  }
}

class QOTDFactory extends Factory<QOTD> {
  override protocol = QOTD;
  readonly quote: string;

  constructor(quote = "An apple a day keeps the doctor away") {
    super();
    this.quote = quote;
  }
}

const endpoint = new TCP4ServerEndpoint(reactor, Number(process.argv[2] ?? 8007), { interface: "127.0.0.1" });
endpoint
  .listen(new QOTDFactory("configurable quote"))
  .addCallback((port) => console.log(`Quotes on ${port.getHost().toString()}`));
await reactor.run();
