/**
 * A client service through whatever happens to it, its server and the network between them: it is connected again within its longest wait when the
 * last fault is over, it never has two connections, and whoever waits for a connection gets one answer.
 *
 * Each connection is prepared by a question that must be answered; then the client asks each second, and gives a silent connection up.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffPolicy } from "../../../src/application/backoff-policy.ts";
import { ClientService } from "../../../src/application/client-service.ts";
import type { DelayedCallLike } from "../../../src/clock/reactor-time.ts";
import { Deferred } from "../../../src/deferred/deferred.ts";
import { Failure } from "../../../src/deferred/failure.ts";
import { HostnameEndpoint } from "../../../src/endpoint/hostname.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { LineReceiver } from "../../../src/protocol/line-receiver.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import type { FaultRecipe } from "../../../src/sim/fault.ts";
import type { SimulatedHost } from "../../../src/sim/simulated-host.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import "../../support/quiet-logs.ts";
import { endOfFaults } from "./end-of-faults.ts";

const PORT = 2000;
/** How long the client waits for an answer, for a connection, and at most before it tries again. */
const PATIENCE = 3;
const CONNECT_TIMEOUT = 5;
const MAX_DELAY = 8;
/** A connection made in the last moment of a fault may have to be prepared in vain, and given up, before the last wait begins. */
const LONGEST = PATIENCE + CONNECT_TIMEOUT + PATIENCE + MAX_DELAY + 1;

const FAULTS: FaultRecipe = {
  most: 8,
  kinds: ["crash", "partition", "reset", "refuse", "nameless", "pause", "stuck", "link"],
  within: [0, 30],
  lasting: [0.05, 20],
};

class Responder extends LineReceiver {
  override lineReceived(line: Buffer): void {
    this.sendLine(line);
  }
}

/** What a client is seen to do between one boot of its host and the next. */
class Life {
  readonly service: ClientService<Asker>;
  readonly open: Set<Asker> = new Set();
  mostOpen = 0;
  readonly answers: ("none" | "connected" | "failed" | "twice")[] = [];

  constructor({ reactor, random }: SimulatedHost) {
    const factory = new AskerFactory(() => new Asker(reactor, this));
    const endpoint = new HostnameEndpoint(reactor, "server", PORT, { timeout: CONNECT_TIMEOUT });
    this.service = new ClientService(endpoint, factory, {
      clock: reactor,
      retryPolicy: backoffPolicy(0.5, MAX_DELAY, 2, () => random.real()),
      prepareConnection: (asker) => asker.whenAnswered(),
    });
    this.service.startService();
    const wait = (): void => {
      this.#wait(random.chance(0.5) ? undefined : random.integer(1, 4));
      reactor.callLater(random.real() * 3, wait);
    };
    wait();
  }

  get isConnected(): boolean {
    return this.open.size === 1;
  }

  #wait(failures: number | undefined): void {
    const place = this.answers.push("none") - 1;
    this.service.whenConnected(failures).addBoth((result) => {
      const answer = result instanceof Failure ? "failed" : "connected";
      if (result instanceof Asker) assert.ok(this.open.has(result), "it is connected to what it is told");
      this.answers[place] = this.answers[place] === "none" ? answer : "twice";
    });
  }
}

class Asker extends LineReceiver {
  readonly #clock: SimulatedHost["reactor"];
  readonly #life: Life;
  readonly #answered: Deferred<void>[] = [];
  #call: DelayedCallLike | undefined = undefined;

  constructor(clock: SimulatedHost["reactor"], life: Life) {
    super();
    this.#clock = clock;
    this.#life = life;
  }

  whenAnswered(): Deferred<void> {
    const answered = new Deferred<void>();
    this.#answered.push(answered);
    return answered;
  }

  override connectionMade(): void {
    this.#life.open.add(this);
    this.#life.mostOpen = Math.max(this.#life.mostOpen, this.#life.open.size);
    this.#ask();
  }

  override lineReceived(): void {
    for (const answered of this.#answered.splice(0)) answered.callback();
    if (this.#call?.active() === true) this.#call.cancel();
    this.#call = this.#clock.callLater(1, () => this.#ask());
  }

  override connectionLost(): void {
    this.#life.open.delete(this);
    if (this.#call?.active() === true) this.#call.cancel();
  }

  #ask(): void {
    this.sendLine("?");
    this.#call = this.#clock.callLater(PATIENCE, () => this.transport.abortConnection());
  }
}

class AskerFactory extends Factory<Asker> {
  readonly #makeAsker: () => Asker;

  constructor(makeAsker: () => Asker) {
    super();
    this.#makeAsker = makeAsker;
  }

  override buildProtocol(): Asker {
    return this.#makeAsker();
  }
}

/** Answers the lives of the client. */
function start(net: SimulatedNetwork): Life[] {
  const lives: Life[] = [];
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(PORT, Factory.forProtocol(Responder)));
  net.host("client").spawn((host) => void lives.push(new Life(host)));
  return lives;
}

test("ClientService, is back within its longest wait when the last fault is over, one connection at a time, with 200 seeds", async () => {
  let connections = 0;
  await explore({
    seeds: 200,
    program: start,
    faults: FAULTS,
    run: { for: 120, until: (net) => net.seconds() >= endOfFaults(net.faults) + LONGEST },
    check: (_net, lives) => {
      assert.ok(lives.at(-1)!.isConnected);
      for (const life of lives) {
        assert.ok(life.mostOpen <= 1, `there were ${life.mostOpen} connections at once`);
        connections += life.answers.filter((answer) => answer === "connected").length;
        assert.ok(!life.answers.includes("twice"));
      }
      assert.ok(!lives.at(-1)!.answers.includes("none"), "whoever waited has an answer, now that it is connected");
    },
  });
  assert.ok(connections > 200);
});

test("ClientService, stops when it is told, and answers whoever waits, with 200 seeds", async () => {
  const seen = new Set<string>();
  await explore({
    seeds: 200,
    program: (net) => {
      const lives = start(net);
      const stopsAt = net.host("client").random.real() * 40;
      let hasStopped = false;
      net.at(stopsAt, () => {
        // Not code of the host: it says so to its service from outside, also while it is paused.
        lives
          .at(-1)!
          .service.stopService()
          .addCallback(() => (hasStopped = true));
      });
      return { lives, stopsAt, hasStopped: () => hasStopped };
    },
    // A client that boots again has been told nothing.
    faults: { ...FAULTS, kinds: FAULTS.kinds!.filter((kind) => kind !== "crash") },
    run: { for: 120 },
    check: (_net, { lives, hasStopped }) => {
      assert.equal(lives.length, 1);
      const [life] = lives;
      assert.ok(hasStopped());
      assert.equal(life!.open.size, 0);
      for (const answer of life!.answers) {
        seen.add(answer);
        assert.ok(answer === "connected" || answer === "failed", answer);
      }
    },
  });
  assert.deepEqual([...seen].toSorted(), ["connected", "failed"]);
});
