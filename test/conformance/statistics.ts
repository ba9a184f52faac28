/** What a reactor tells of its work. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { Lacks } from "./lacks.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";

const HOST = "127.0.0.1";

export function statisticsConformance(name: string, makeReactor: MakeReactor, lacks: Lacks = {}): void {
  describe(`${name}: statistics`, () => {
    test("are all nothing at first", async () => {
      await running(makeReactor, async (reactor) => {
        for (const [key, value] of Object.entries(reactor.statistics())) assert.equal(value, 0, key);
      });
    });

    test("count both ends of a connection, and what goes between them", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory();
        const clients = new RecordingClientFactory();
        const port = await listening(() => reactor.listenTCP(0, servers, { interface: HOST }));
        reactor.connectTCP(HOST, (port.getHost() as InternetAddress).port, clients);
        await until(() => servers.protocols.length === 1 && clients.protocols.length === 1);
        clients.only.transport.write("12345");
        servers.only.transport.writeSequence(["1", "", "234567"]);
        await until(() => reactor.statistics().bytesReceived === 12, "all bytes");
        const { connections, connectionsMade, bytesSent, batches, events, eventsPerBatch } = reactor.statistics();
        assert.deepEqual(
          { connections, connectionsMade, bytesSent },
          { connections: 2, connectionsMade: 2, bytesSent: 12 },
        );
        assert.ok(batches > 0 && events >= batches, `${events} events in ${batches} batches`);
        assert.equal(eventsPerBatch, events / batches);
        clients.only.transport.loseConnection();
        await until(() => reactor.statistics().connections === 0, "the end of both");
        assert.equal(reactor.statistics().connectionsMade, 2);
      });
    });

    test("count timers, and how late they are", { skip: lacks.realTime ?? false }, async () => {
      await running(makeReactor, async (reactor) => {
        let called = false;
        const later = reactor.callLater(1000, () => {});
        reactor.callLater(0.001, () => (called = true));
        assert.equal(reactor.statistics().timers, 2);
        // Whatever keeps the loop busy makes them late.
        const start = reactor.seconds();
        while (reactor.seconds() < start + 0.02) continue;
        await until(() => called, "the timer");
        const { timers, timersFired, loopLag, longestLoopLag } = reactor.statistics();
        assert.deepEqual({ timers, timersFired }, { timers: 1, timersFired: 1 });
        assert.ok(loopLag > 0.018 && loopLag === longestLoopLag, `${loopLag} ${longestLoopLag}`);
        later.cancel();
        assert.equal(reactor.statistics().timers, 0);
      });
    });
  });
}
