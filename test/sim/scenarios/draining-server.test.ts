/**
 * A server that drains, through whatever happens to it and its clients: when the last deadline is over it has stopped and has no connection, and a client whose
 * work is done in time has all of its answers.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DrainingServerService } from "../../../src/application/draining-server-service.ts";
import { TCP4ServerEndpoint } from "../../../src/endpoint/tcp.ts";
import { ClientFactory, Factory } from "../../../src/protocol/factory.ts";
import { LineReceiver } from "../../../src/protocol/line-receiver.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import "../../support/quiet-logs.ts";
import { endOfFaults } from "./end-of-faults.ts";

const PORT = 2000;
const CLIENTS = 5;
const STOPS_AT = 10;
const FINISH = 8;
const CLOSE = 4;
/** One second for what was aborted, and one for the way. */
const LONGEST = FINISH + CLOSE + 2;

class Responder extends LineReceiver {
  override lineReceived(line: Buffer): void {
    this.sendLine(line);
  }
}

/** Asks each half second, so many times, and goes. */
class Asker extends LineReceiver {
  answers = 0;
  isDone = false;
  readonly #questions: number;
  readonly #later: (call: () => void) => unknown;

  constructor(questions: number, later: (call: () => void) => unknown) {
    super();
    this.#questions = questions;
    this.#later = later;
  }

  override connectionMade(): void {
    this.sendLine("?");
  }

  override lineReceived(): void {
    this.answers++;
    if (this.answers < this.#questions) this.#later(() => this.sendLine("?"));
    else {
      this.isDone = true;
      this.transport.loseConnection();
    }
  }
}

class AskerFactory extends ClientFactory<Asker> {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    super();
    this.#asker = asker;
  }

  override buildProtocol(): Asker {
    return this.#asker;
  }
}

function start(net: SimulatedNetwork) {
  const state = { hasStopped: false, stoppedAt: 0, connections: -1, open: 0 };
  net.host("server").spawn(({ reactor }) => {
    const service = new DrainingServerService(new TCP4ServerEndpoint(reactor, PORT), Factory.forProtocol(Responder), {
      clock: reactor,
      steps: [
        { do: "stopListening" },
        { do: "finish", seconds: FINISH },
        { do: "close", seconds: CLOSE },
        { do: "abort" },
      ],
    });
    service.startService();
    reactor.callLater(STOPS_AT, () => {
      state.open = service.connectionCount;
      service.stopService().addCallback(() => {
        state.hasStopped = true;
        state.stoppedAt = net.seconds();
        state.connections = service.connectionCount;
      });
    });
  });
  const askers: Asker[] = [];
  for (let n = 0; n < CLIENTS; n++) {
    net.host(`client${n}`).spawn(({ reactor, random }) => {
      // Some are done before the stop, some while it waits, some would never be.
      const asker = new Asker(random.pick([5, 25, 1000]), (call) => reactor.callLater(0.5, call));
      askers.push(asker);
      reactor.callLater(random.real() * 5, () => reactor.connectTCP("server", PORT, new AskerFactory(asker)));
    });
  }
  return { state, askers };
}

test("DrainingServerService, has stopped when its deadlines are over, with 200 seeds", async () => {
  let done = 0;
  let open = 0;
  await explore({
    seeds: 200,
    program: start,
    faults: {
      most: 6,
      kinds: ["partition", "reset", "pause", "stuck", "link"],
      within: [0, STOPS_AT + FINISH],
      lasting: [0.05, 15],
    },
    run: {
      for: 120,
      until: (net) => net.seconds() >= Math.max(STOPS_AT, endOfFaults(net.faults)) + LONGEST,
    },
    check: (_net, { state, askers }) => {
      assert.ok(state.hasStopped, "it has stopped");
      assert.equal(state.connections, 0);
      open += state.open;
      done += askers.filter(({ isDone }) => isDone).length;
    },
  });
  assert.ok(open > 200, `${open} connections were open`);
  assert.ok(done > 200, `${done} clients were done`);
});

test("DrainingServerService, stops in its time where nothing is wrong, and lets those finish who can, with 50 seeds", async () => {
  await explore({
    seeds: 50,
    program: start,
    run: { for: 120, until: (net) => net.seconds() >= STOPS_AT + LONGEST },
    check: (_net, { state, askers }) => {
      assert.ok(state.hasStopped);
      assert.ok(state.stoppedAt <= STOPS_AT + FINISH + 1);
      for (const { answers, isDone } of askers) assert.ok(isDone || answers > 25, `${answers} answers`);
    },
  });
});
