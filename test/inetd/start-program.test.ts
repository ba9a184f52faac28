import assert from "node:assert/strict";
import { test } from "node:test";
import { EndTeller } from "../../src/application/end-teller.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { startProgram, terminate } from "../../src/inetd/start-program.ts";
import type { ProgramStart } from "../../src/inetd/start-program.ts";
import { ProcessDone, ProcessNotStarted, ProcessTerminated } from "../../src/process/errors.ts";
import { FakeProcessTransport } from "../../src/testing/fake-process-transport.ts";
import { programEntry, surroundings } from "./fixtures.ts";

function started(user: string, peer = "192.0.2.1", around = surroundings()) {
  const seen = { ends: 0 };
  const start: ProgramStart<EndTeller> = {
    peer,
    childFDs: { 0: 7, 1: 7, 2: 7 },
    protocol: (ended) => new EndTeller(ended),
    ended: () => void seen.ends++,
  };
  const protocol = startProgram(programEntry(`8023 stream tcp nowait ${user} /bin/cat cat -n`), around, start);
  return { around, protocol, seen, child: around.reactor.spawnedProcesses[0] };
}

test("startProgram, starts it as the line says, and counts it until it ends", () => {
  const { around, protocol, seen, child } = started("me");
  assert.deepEqual([child!.executable, child!.args], ["/bin/cat", ["cat", "-n"]]);
  const env = { HOME: "/", REMOTE_HOST: "192.0.2.1" };
  assert.deepEqual(child!.options, { env, uid: null, gid: null, childFDs: { 0: 7, 1: 7, 2: 7 } });
  assert.equal(child!.protocol, protocol);
  const { pid } = child!.transport;
  assert.deepEqual(around.logged, [`8023/tcp: process ${pid} serves 192.0.2.1`]);
  assert.equal(around.sessions.size, 1);
  protocol!.processEnded(new Failure(new ProcessDone()));
  assert.deepEqual([around.sessions.size, seen.ends], [0, 1]);
  assert.equal(around.logged.at(-1), `8023/tcp: process ${pid} has ended`);
});

test("startProgram, for nobody in particular, adds nothing to the environment", () => {
  const { around, child } = started("me", "");
  assert.deepEqual(child!.options.env, { HOME: "/" });
  assert.match(around.logged[0]!, /serves whoever comes$/);
});

test("startProgram, logs a bad end, and a program that cannot be run", () => {
  const bad = started("me");
  bad.protocol!.processEnded(new Failure(new ProcessTerminated({ exitCode: 3, signal: null })));
  assert.match(bad.around.logged.at(-1)!, /^8023\/tcp: process \d+ has ended: .*3/);
  const missing = started("me");
  const error = new ProcessNotStarted("/bin/cat", "a file that is there", new Error("ENOENT"));
  missing.protocol!.processEnded(new Failure(error));
  assert.equal(missing.around.logged.at(-1), `8023/tcp: ${error.message}`);
});

test("startProgram, where it may not become the user, says so, and it is over", () => {
  const { around, protocol, seen, child } = started("nobdy");
  assert.deepEqual([protocol, child, seen.ends, around.sessions.size], [undefined, undefined, 1, 0]);
  assert.deepEqual(around.logged, ["8023/tcp cannot start its program"]);
});

test("startProgram, the process can be asked to end, and made to", () => {
  const { around, child } = started("me");
  const { sessions } = around;
  sessions.forEach(({ transport }) => transport.loseConnection());
  assert.deepEqual(child!.transport.signals, ["TERM"]);
  sessions.forEach(({ transport }) => transport.abortConnection());
  assert.deepEqual(child!.transport.signals, ["TERM", "KILL"]);
});

test("terminate, does nothing where there is no process, and throws what else is wrong", () => {
  const transport = new FakeProcessTransport("/bin/cat", 1);
  transport.pid = null;
  terminate(transport);
  transport.signalProcess = () => {
    throw new RangeError("no");
  };
  assert.throws(() => terminate(transport), RangeError);
});
