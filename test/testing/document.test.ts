/**
 * Runs what `docs/testing.md` shows: every snippet of the document stands here, or in `test/sim/document.test.ts` where it is about simulated
 * networks, word for word.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { TimeoutError } from "../../src/deferred/errors.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { Logger } from "../../src/logger/logger.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { AccumulatingProtocolFactory } from "../../src/testing/accumulating-protocol-factory.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { ConnectionCompleter } from "../../src/testing/connection-completer.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { EventLoggingObserver } from "../../src/testing/event-logging-observer.ts";
import { LineSendingProtocol } from "../../src/testing/line-sending-protocol.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

class Greeter extends LineReceiver {
  override lineReceived(line: Buffer): void {
    if (line.toString() === "quit") this.transport.loseConnection();
    else this.sendLine(`Hello, ${line.toString()}!`);
  }
}

test("docs/testing.md, one protocol alone", () => {
  const transport = new StringTransport();
  const greeter = new Greeter();
  greeter.makeConnection(transport);
  greeter.dataReceived(Buffer.from("Bob\r\nquit\r\n"));
  assert.equal(transport.value(), "Hello, Bob!\r\n");
  assert.equal(transport.disconnecting, true);
});

test("docs/testing.md, two protocols together", () => {
  const pump = connectedPair(new Greeter(), new LineSendingProtocol(["Ann", "Bob", "quit"]), { chunkSize: 1 });
  pump.flush();
  assert.deepEqual(pump.client.response.map(String), ["Hello, Ann!", "Hello, Bob!"]);
  assert.equal(pump.client.lostConn, true);
});

test("docs/testing.md, programs and their reactor", () => {
  const reactor = new MemoryReactor();
  const factory = Factory.forProtocol(Greeter);
  reactor.listenTCP(8007, factory, { interface: "127.0.0.1" });
  assert.deepEqual(reactor.tcpServers, [{ port: 8007, factory, backlog: 50, interface: "127.0.0.1" }]);

  const clients = new AccumulatingProtocolFactory();
  const connected = clients.protocolConnectionMade!;
  reactor.connectTCP("127.0.0.1", 8007, clients);
  const connection = new ConnectionCompleter(reactor).succeedOnce()!;
  const client = successResultOf(connected);
  client.transport.write("Ann\r\n");
  connection.flush();
  assert.equal(client.data.toString(), "Hello, Ann!\r\n");
});

test("docs/testing.md, Deferreds", () => {
  const clock = new Clock();
  const answer = new Deferred<string>().addTimeout(5, clock);
  assertNoResult(answer);
  clock.advance(5);
  failureResultOf(answer, TimeoutError);
});

test("docs/testing.md, logs", (t) => {
  const observer = EventLoggingObserver.createWithCleanup(t);
  new Logger({ namespace: "greeter" }).info("Greeting {name}", { name: "Ann" });
  assert.deepEqual(observer.events.map(formatEvent), ["Greeting Ann"]);
});

test("docs/testing.md, shows only what is run here, and names only what there is", () => {
  const root = rootOf(dirname(fileURLToPath(import.meta.url)));
  const document = readFileSync(join(root, "docs/testing.md"), "utf8");
  const sources = ["test/testing/document.test.ts", "test/sim/document.test.ts"];
  const source = withoutIndentation(sources.map((path) => readFileSync(join(root, path), "utf8")).join("\n"));
  const snippets = [...document.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => withoutIndentation(code));
  assert.equal(snippets.length, 15);
  for (const snippet of snippets) assert.ok(source.includes(snippet), `not run: ${snippet}`);

  const indexes = ["testing", "clock", "sim"].map((folder) =>
    readFileSync(join(root, `src/${folder}/index.ts`), "utf8"),
  );
  const table = document.slice(document.indexOf("| --- |"), document.indexOf("The protocol of the examples"));
  const names = [...table.matchAll(/\| [^|]*? \| (.*) \|$/gm)].flatMap(([, cell = ""]) =>
    cell.match(/(?<=`)\w+(?=`)/g),
  );
  assert.ok(names.length > 10);
  for (const name of names) {
    if (name === null || name === "installNameResolver") continue;
    assert.match(indexes.join("\n"), new RegExp(`\\b${name}\\b`));
  }
});

function withoutIndentation(code: string): string {
  return code.replace(/^ +/gm, "");
}

/** The folder of the package, wherever this has been compiled to. */
function rootOf(folder: string): string {
  return existsSync(join(folder, "docs/testing.md")) ? folder : rootOf(dirname(folder));
}
