/**
 * A program of three services: a server whose lines go to everybody, a client of it that comes back, and a timer that counts. SIGTERM stops it, and lets connections
 * finish for up to ten seconds; a second one aborts them. Argument: the port, 8000 unless given.
 */
import { reactor } from "hawser";
import {
  Application,
  ClientService,
  DrainingServerService,
  TimerService,
  backoffPolicy,
  runApplication,
} from "hawser/application";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "hawser/endpoint";
import { Factory, TextLineReceiver } from "hawser/protocol";
import type { IPv4Address } from "hawser/transport";

const lines: string[] = [];
const open = new Set<Relay>();

class Relay extends TextLineReceiver {
  override connectionMade(): void {
    open.add(this);
  }

  override lineReceived(line: string): void {
    for (const each of open) each.sendLine(line);
  }

  override connectionLost(): void {
    open.delete(this);
  }
}

class Listener extends TextLineReceiver {
  override lineReceived(line: string): void {
    lines.push(line);
    console.log(`Heard: ${line}`);
  }
}

const application = new Application("relay");
const endpoint = new TCP4ServerEndpoint(reactor, Number(process.argv[2] ?? 8000), { interface: "127.0.0.1" });
const server = new DrainingServerService(endpoint, Factory.forProtocol(Relay), {
  clock: reactor,
  steps: [{ do: "stopListening" }, { do: "finish", seconds: 10 }, { do: "close", seconds: 5 }, { do: "abort" }],
});
server.setName("server");
server.setServiceParent(application);

// Services may be added while their parent runs: this one needs to know the port.
server.waitForListening().addCallback((port) => {
  const { host, port: number } = port.getHost() as IPv4Address;
  console.log(`Listening on ${host} ${number}`);
  const listener = new ClientService(new TCP4ClientEndpoint(reactor, host, number), Factory.forProtocol(Listener), {
    clock: reactor,
    retryPolicy: backoffPolicy(0.1, 10),
  });
  listener.setServiceParent(application);
});

const counter = new TimerService(60, () => console.log(`${open.size} connections, ${lines.length} lines`));
counter.clock = reactor;
counter.setServiceParent(application);

await runApplication(application, reactor);
console.log("Stopped.");
