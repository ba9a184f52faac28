/** The wire services over TCP and UDP, each on a port that the system chooses. Argument: the interface, 127.0.0.1 unless given. */
import { reactor } from "hawser";
import { getProcessOutput } from "hawser/process";
import { wireServices } from "hawser/wire-services";

const place = { interface: process.argv[2] ?? "127.0.0.1" };
const options = {
  clock: reactor,
  getQuote: () => "Less is more.\r\n",
  getUsers: () => getProcessOutput("who", [], { reactor }),
};

for (const { name, summary, tcpFactory, udpProtocol } of Object.values(wireServices)) {
  for (const port of [
    reactor.listenTCP(0, tcpFactory(options), place),
    reactor.listenUDP(0, udpProtocol(options), place),
  ]) {
    port.whenListening().addCallback((open) => console.log(`${name} ${summary}: ${open.getHost().toString()}`));
  }
}
await reactor.run();
