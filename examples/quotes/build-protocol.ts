/** Quote of the day: the factory builds its protocols itself. Argument: the port. */
import { Factory, Protocol, reactor } from "hawser";
import { TCP4ServerEndpoint } from "hawser/endpoint";

class QOTD extends Protocol {
  readonly #quote: string;

  constructor(quote: string) {
    super();
    this.#quote = quote;
  }

  override connectionMade(): void {
    this.transport.write(`${this.#quote}\r\n`);
    this.transport.loseConnection();
  }
}

class QOTDFactory extends Factory<QOTD> {
  override buildProtocol(): QOTD {
    return new QOTD("An apple a day keeps the doctor away");
  }
}

const endpoint = new TCP4ServerEndpoint(reactor, Number(process.argv[2] ?? 8007), { interface: "127.0.0.1" });
endpoint.listen(new QOTDFactory()).addCallback((port) => console.log(`Quotes on ${port.getHost().toString()}`));
await reactor.run();
