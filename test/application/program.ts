/**
 * A program for the tests of `runApplication`, run in a process of its own: it echoes, and says goodbye when it is told to stop. `PROGRAM` is its configuration
 * as JSON. What it says goes to standard output.
 */
import { Application } from "../../src/application/application.ts";
import { DrainingServerService } from "../../src/application/draining-server-service.ts";
import { runApplication } from "../../src/application/run-application.ts";
import type { RunApplicationOptions } from "../../src/application/run-application.ts";
import { Service } from "../../src/application/service.ts";
import { sharedServerFromString } from "../../src/application/shared-server-from-string.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { reactor } from "../../src/reactor/global-reactor.ts";
import type { IPv4Address } from "../../src/transport/address.ts";

export interface ProgramConfiguration {
  readonly listen: string;
  readonly options: RunApplicationOptions;
  readonly uid?: number;
  /** What it does in its start: it says who it is, or throws. */
  readonly start?: "identify" | "throw";
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

class Echo extends Protocol {
  override connectionMade(): void {
    say("connected");
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }

  override connectionLost(): void {
    say("disconnected");
  }
}

class Starting extends Service {
  readonly #how: ProgramConfiguration["start"];

  constructor(how: ProgramConfiguration["start"]) {
    super();
    this.#how = how;
  }

  override startService(): void {
    super.startService();
    if (this.#how === "throw") throw new RangeError("cannot start");
    if (this.#how === "identify") say(`user ${process.getuid!()} in ${process.cwd()}`);
  }

  override stopService(): void {
    void super.stopService();
    say("stopping");
  }
}

const configuration = JSON.parse(process.env["PROGRAM"]!) as ProgramConfiguration;
const { uid } = configuration;
const application = new Application("program", uid === undefined ? {} : { uid, gid: uid });
const server = new DrainingServerService(
  sharedServerFromString(reactor, configuration.listen),
  Factory.forProtocol(Echo),
  {
    clock: reactor,
    steps: [{ do: "stopListening" }, { do: "finish", seconds: 60 }],
  },
);
server.setServiceParent(application);
new Starting(configuration.start).setServiceParent(application);

try {
  await runApplication(application, reactor, {
    ...configuration.options,
    ready: () => {
      server.waitForListening().addCallback((port) => say(`port ${(port.getHost() as IPv4Address).port}`));
    },
    reload: () => say("reloaded"),
  });
  say("stopped");
} catch (error) {
  say(`failed: ${String(error)}`);
  process.exitCode = 3;
}
