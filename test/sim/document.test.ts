/** Runs what `docs/testing.md` shows about simulated networks: every snippet stands here, word for word. `test/testing/document.test.ts` compares. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { HostnameEndpoint } from "../../src/endpoint/hostname.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { describeFault } from "../../src/sim/describe-fault.ts";
import { explore } from "../../src/sim/explore/explore.ts";
import type { Fault } from "../../src/sim/fault.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { LineSendingProtocol } from "../../src/testing/line-sending-protocol.ts";
import "../support/quiet-logs.ts";

class Greeter extends LineReceiver {
  override lineReceived(line: Buffer): void {
    if (line.toString() === "quit") this.transport.loseConnection();
    else this.sendLine(`Hello, ${line.toString()}!`);
  }
}

test("docs/testing.md, a network", async () => {
  const net = new SimulatedNetwork({ seed: 7 });
  const client = new LineSendingProtocol(["Ann", "quit"]);
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(8007, Factory.forProtocol(Greeter)));
  net.host("client").spawn(({ reactor }) => connectProtocol(new HostnameEndpoint(reactor, "server", 8007), client));
  await net.run({ until: () => client.lostConn });
  assert.deepEqual(client.response.map(String), ["Hello, Ann!"]);
});

test("docs/testing.md, the guard", async () => {
  const guarded = new SimulatedNetwork({ guard: "throw" });
  guarded.host("server").spawn(() => Date.now());
  await assert.rejects(guarded.run(), /Cannot use Date\.now\(\) on the simulated host server/);
});

test("docs/testing.md, links", async () => {
  const slow = new SimulatedNetwork({ link: { latency: 0.05 } });
  const [here, there] = [slow.host("here"), slow.host("there")];
  slow.link("here", "there").set({ latency: { pareto: { minimum: 0.02, shape: 1.5 } }, loss: 0.01 });
  slow.at(2, () => slow.link("here", "there").cut());
  slow.at(5, () => slow.link("here", "there").heal());
  assert.deepEqual([here.name, there.name], ["here", "there"]);
  await slow.run({ for: 10 });
});

test("docs/testing.md, faults", async () => {
  const plan: Fault[] = [
    { kind: "crash", at: 1, for: 2, host: "server" },
    { kind: "pause", at: 1, for: 2, host: "server" },
    { kind: "stuck", at: 1, for: 2, host: "server" },
    { kind: "refuse", at: 1, for: 2, host: "server" },
    { kind: "nameless", at: 1, for: 2, host: "client" },
    { kind: "reset", at: 4, between: ["client", "server"] },
    { kind: "link", at: 5, for: 2, between: ["client", "server"], set: { latency: 1, loss: 0.2 } },
    { kind: "partition", at: 8, for: 2, from: ["client"], to: ["server"], oneWay: true },
  ];
  assert.equal(describeFault(plan[0]!), "1 s to 3 s: server has no power");
  const faulty = new SimulatedNetwork({ seed: 7, faults: plan });
  for (const name of ["client", "server"]) faulty.host(name);
  await faulty.run({ for: 20 });
  assert.deepEqual(faulty.faults, plan);
});

test("docs/testing.md, clocks", async () => {
  const times = new SimulatedNetwork({ start: 1_000_000 });
  const late = times.host("late", { clock: { skew: -30, drift: 0.001 } });
  await times.run({ for: 1000 });
  assert.equal(late.clock.seconds(), 1_000_000 - 30 + 1001);
});

test("docs/testing.md, looking at a run", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const once = async (): Promise<SimulatedNetwork> => {
    const recorded = new SimulatedNetwork({ seed: 7, record: "bytes" });
    recorded.host("server").spawn((host) => host.note("ready"));
    await recorded.run();
    return recorded;
  };
  const first = await once();
  assert.equal((await once()).hash(), first.hash());
  assert.equal(first.log(), "0.000000000 server boot\n0.000000000 server note ready\n");
  const { html, pcapng } = first.timeline(folder);
  assert.match(readFileSync(html, "utf8"), /server/);
  assert.ok(readFileSync(pcapng).length > 0);
});

test("docs/testing.md, clients from npm", async () => {
  const foreign = new SimulatedNetwork();
  let echoed = "";
  foreign.host("db").spawn((host) => void host.createServer((socket) => socket.pipe(socket)).listen(5432));
  foreign.host("app").spawn((host) => {
    const socket = host.connect(5432, "db");
    socket.on("data", (data: Buffer) => (echoed += data.toString()));
    socket.write("select 1");
  });
  await foreign.run({ until: () => echoed === "select 1" });
});

test("docs/testing.md, many seeds", async () => {
  await explore({
    seeds: 20,
    network: { link: { latency: { uniform: [0.01, 0.2] } } },
    faults: { kinds: ["reset", "partition", "pause"], within: [0, 5] },
    run: { for: 60 },
    program: (network) => {
      const answers: string[] = [];
      network.host("server").spawn(({ reactor }) => void reactor.listenTCP(8007, Factory.forProtocol(Greeter)));
      network.host("client").spawn(async ({ reactor }) => {
        const one = new LineSendingProtocol(["Ann", "Bob"]);
        one.lineReceived = (line) => answers.push(line.toString());
        await connectProtocol(new HostnameEndpoint(reactor, "server", 8007), one);
      });
      // Each answer comes once at most, and in order, whatever happens.
      return () => assert.deepEqual(answers, ["Hello, Ann!", "Hello, Bob!"].slice(0, answers.length));
    },
  });
});
