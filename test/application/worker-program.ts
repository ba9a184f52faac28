/** A worker for the tests of `WorkerGroup`: it tells who connects its number and its process, and then echoes. `LISTEN` says where it listens. */
import { Application } from "../../src/application/application.ts";
import { DrainingServerService } from "../../src/application/draining-server-service.ts";
import { runApplication } from "../../src/application/run-application.ts";
import { sharedServerFromString } from "../../src/application/shared-server-from-string.ts";
import { workerID } from "../../src/application/worker-environment.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { reactor } from "../../src/reactor/global-reactor.ts";
import type { IPv4Address } from "../../src/transport/address.ts";

class Worker extends Protocol {
  override connectionMade(): void {
    this.transport.write(`${workerID()} ${process.pid}\n`);
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

const application = new Application("worker");
const endpoint = sharedServerFromString(reactor, process.env["LISTEN"]!);
const server = new DrainingServerService(endpoint, Factory.forProtocol(Worker), { clock: reactor });
server.setServiceParent(application);
server.waitForListening().addCallback((port) => {
  process.stdout.write(`port ${(port.getHost() as IPv4Address).port}\n`);
});
await runApplication(application, reactor);
