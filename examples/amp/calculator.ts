/**
 * A calculator that is called over AMP. Without an argument it serves, on a free port; with a port as its argument it calls the one that serves there.
 */
import { Factory, react, reactor } from "hawser";
import { AMP, command, float, integer, listOf } from "hawser/amp";
import { TCP4ClientEndpoint, connectProtocol } from "hawser/endpoint";
import type { Responder } from "hawser/amp";
import type { InternetAddress } from "hawser/transport";

class DivisionError extends Error {}

const Sum = command("Sum", {
  arguments: { numbers: listOf(integer()) },
  response: { total: integer() },
});

const Divide = command("Divide", {
  arguments: { numerator: float(), denominator: float() },
  response: { quotient: float() },
  errors: [[DivisionError, "ZERO_DIVISION"]],
});

class Calculator extends AMP {
  calls = 0;

  static override responders: readonly Responder[] = [
    Sum.responder(({ numbers }) => ({ total: numbers.reduce((total, number) => total + number, 0) })),
    Divide.responder(async function (this: Calculator, { numerator, denominator }) {
      this.calls++;
      if (denominator === 0) throw new DivisionError(`division ${this.calls} is by zero`);
      return { quotient: numerator / denominator };
    }),
  ];
}

async function call(port: number): Promise<void> {
  const amp = await connectProtocol(new TCP4ClientEndpoint(reactor, "127.0.0.1", port), new AMP());
  const { total } = await amp.callRemote(Sum, { numbers: [13, 81, -10] });
  console.log(`The total is ${total}.`);
  const halves = [1, 2, 3].map((numerator) => amp.callRemote(Divide, { numerator, denominator: 2 }));
  for (const half of halves) console.log(`The quotient is ${(await half).quotient}.`);
  await amp.callRemote(Divide, { numerator: 1, denominator: 0 }).addErrback((failure) => {
    console.log(`Refused: ${failure.trapValue(DivisionError).message}.`);
  });
  amp.transport.loseConnection();
}

async function serve(): Promise<void> {
  const port = await reactor.listenTCP(0, Factory.forProtocol(Calculator), { interface: "127.0.0.1" }).whenListening();
  console.log(`The calculator serves at 127.0.0.1 ${(port.getHost() as InternetAddress).port}`);
}

const [port] = process.argv.slice(2);
if (port !== undefined) await react(() => call(Number(port)));
else {
  reactor.callWhenRunning(serve);
  await reactor.run();
}
