import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { NonStreamingProducer } from "../../src/testing/non-streaming-producer.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";
import { ConnectionAborted, ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";
import { HalfRecorder, Recorder, byHand, reasonOf } from "./recorder.ts";

describe("connectedPair: delivery", () => {
  test("connects both, the server first, before it returns", () => {
    const order: string[] = [];
    class Noting extends Protocol {
      readonly #name: string;
      constructor(name: string) {
        super();
        this.#name = name;
      }
      override connectionMade(): void {
        order.push(this.#name);
      }
    }
    const [server, client] = [new Noting("server"), new Noting("client")];
    const pump = connectedPair(server, client);
    assert.deepEqual(order, ["server", "client"]);
    assert.deepEqual([pump.server, pump.client], [server, client]);
    assert.deepEqual([server.transport, client.transport], [pump.serverTransport, pump.clientTransport]);
  });

  test("pump, delivers what was written before, joined, and nothing before it is called", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.client.transport.write("a");
    pump.client.transport.writeSequence(["b", Buffer.from("c")]);
    pump.server.transport.write("from the server");
    assert.deepEqual(pump.server.pieces, []);
    assert.equal(pump.pump(), true);
    assert.deepEqual(pump.server.pieces, ["abc"]);
    assert.deepEqual(pump.client.pieces, ["from the server"]);
    assert.equal(pump.pump(), false);
  });

  test("pump, leaves what is written meanwhile for the next round", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.server.onData = (data, transport) => transport.write(data.toUpperCase());
    pump.client.transport.write("a");
    pump.pump();
    assert.deepEqual([pump.server.text, pump.client.text], ["a", ""]);
    pump.pump();
    assert.deepEqual([pump.server.text, pump.client.text], ["a", "A"]);
  });

  test("write, never calls a protocol from within", () => {
    let depth = 0;
    let turns = 0;
    class Counting extends Protocol {
      override dataReceived(data: Buffer): void {
        depth++;
        assert.equal(depth, 1);
        turns++;
        if (data[0]! > 0) this.transport.write(Uint8Array.of(data[0]! - 1));
        depth--;
      }
    }
    const pump = connectedPair(new Counting(), new Counting(), { automatic: false });
    pump.clientTransport.write(Uint8Array.of(9));
    pump.flush();
    assert.equal(turns, 10);
  });

  test("flush, goes on until there is nothing left, and says whether there was anything", () => {
    const pump = byHand(new Recorder(), new Recorder());
    assert.equal(pump.flush(), false);
    pump.server.onData = (data, transport) => data.length > 1 && transport.write(data.slice(1));
    pump.client.onData = pump.server.onData;
    pump.client.transport.write("abcde");
    assert.equal(pump.flush(), true);
    assert.deepEqual(pump.server.pieces, ["abcde", "cde", "e"]);
    assert.deepEqual(pump.client.pieces, ["bcde", "de"]);
  });

  test("chunkSize, cuts what arrives", () => {
    const pump = byHand(new Recorder(), new Recorder(), { chunkSize: 2 });
    pump.client.transport.write("abcde");
    pump.client.transport.write("f");
    pump.server.transport.write("x");
    pump.pump();
    assert.deepEqual(pump.server.pieces, ["ab", "cd", "ef"]);
    assert.deepEqual(pump.client.pieces, ["x"]);
  });

  test("chunkSize 1, is byte by byte, and fast enough for a long text", () => {
    const pump = connectedPair(new AccumulatingProtocol(), new AccumulatingProtocol(), { chunkSize: 1 });
    const text = "0123456789".repeat(30_000);
    pump.clientTransport.write(text);
    pump.flush();
    assert.equal(pump.server.data.toString(), text);
  });

  test("data, belongs to the receiver, and is that of the moment when it was sent", () => {
    const pump = byHand(new Recorder(), new Recorder());
    let received: Buffer | undefined;
    pump.server.dataReceived = (data) => {
      received = data;
    };
    const bytes = Buffer.from("abc");
    pump.client.transport.write(bytes);
    pump.pump();
    bytes.fill("x");
    assert.equal(received?.toString(), "abc");
    received.fill("y");
    assert.equal(bytes.toString(), "xxx");
  });

  test("write, refuses what is no data", () => {
    const pump = byHand(new Recorder(), new Recorder());
    assert.throws(() => pump.client.transport.write(7 as unknown as string), TypeError);
    assert.equal(pump.flush(), false);
  });

  test("the addresses, are those of a client and a server, and can be given", () => {
    const pump = byHand(new Recorder(), new Recorder());
    assert.ok(pump.serverTransport.getHost().equals(new IPv4Address("TCP", "10.0.0.1", 12345)));
    assert.ok(pump.serverTransport.getPeer().equals(new IPv4Address("TCP", "192.168.1.1", 54321)));
    assert.ok(pump.clientTransport.getHost().equals(pump.serverTransport.getPeer()));
    assert.ok(pump.clientTransport.getPeer().equals(pump.serverTransport.getHost()));
    const serverAddress = new IPv6Address("TCP", "::1", 80);
    const clientAddress = new IPv6Address("TCP", "::1", 8080);
    const other = byHand(new Recorder(), new Recorder(), { serverAddress, clientAddress });
    assert.equal(other.serverTransport.getHost(), serverAddress);
    assert.equal(other.serverTransport.getPeer(), clientAddress);
  });

  test("the options of TCP, are kept", () => {
    const { clientTransport } = byHand(new Recorder(), new Recorder());
    clientTransport.setTcpNoDelay(true);
    clientTransport.setTcpKeepAlive(true);
    assert.deepEqual([clientTransport.getTcpNoDelay(), clientTransport.getTcpKeepAlive()], [true, true]);
  });
});

describe("connectedPair: closing", () => {
  test("loseConnection, delivers everything before, drops what comes after, and both hear ConnectionDone", () => {
    const pump = byHand(new Recorder(), new Recorder());
    const { transport } = pump.client;
    transport.write("last words");
    assert.equal(transport.disconnecting, false);
    transport.loseConnection();
    assert.equal(transport.disconnecting, true);
    transport.write("too late");
    transport.loseConnection();
    assert.equal(reasonOf(pump.client), undefined);
    pump.flush();
    assert.equal(pump.server.text, "last words");
    assert.deepEqual([reasonOf(pump.server), reasonOf(pump.client)], [ConnectionDone, ConnectionDone]);
    assert.deepEqual(
      [pump.server.events, pump.client.events],
      [
        ["made", "lost"],
        ["made", "lost"],
      ],
    );
    assert.equal(transport.disconnecting, false);
  });

  test("loseConnection, on both ends at once, is clean for both", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.client.transport.write("a");
    pump.client.transport.loseConnection();
    pump.server.transport.write("b");
    pump.server.transport.loseConnection();
    pump.flush();
    assert.deepEqual([reasonOf(pump.server), reasonOf(pump.client)], [ConnectionDone, ConnectionDone]);
  });

  test("loseConnection, from within dataReceived ends it after the answer", () => {
    const pump = byHand(new Recorder(), new Recorder(), { chunkSize: 1 });
    pump.server.onData = (data, transport) => {
      transport.write(data);
      transport.loseConnection();
    };
    pump.client.transport.write("abc");
    pump.flush();
    assert.equal(pump.server.text, "a");
    assert.equal(pump.client.text, "a");
    assert.deepEqual([reasonOf(pump.server), reasonOf(pump.client)], [ConnectionDone, ConnectionDone]);
  });

  test("loseConnection, while the other end is paused, does not wait for it", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.server.transport.pauseProducing();
    pump.client.transport.write("read this later");
    pump.client.transport.loseConnection();
    pump.flush();
    assert.equal(reasonOf(pump.client), ConnectionDone);
    assert.deepEqual([pump.server.text, pump.server.reason], ["", undefined]);
    pump.server.transport.resumeProducing();
    pump.flush();
    assert.equal(pump.server.text, "read this later");
    assert.equal(reasonOf(pump.server), ConnectionDone);
  });

  test("writing to an end that has closed, is lost, and the end of the other still clean", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.client.transport.write("question");
    pump.client.transport.loseConnection();
    pump.server.onData = (_data, transport) => transport.write("answer");
    pump.flush();
    assert.equal(pump.client.text, "");
    assert.deepEqual([reasonOf(pump.server), reasonOf(pump.client)], [ConnectionDone, ConnectionDone]);
  });

  test("abortConnection, drops what was not sent; the other end hears of a reset", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.client.transport.write("sent");
    pump.pump();
    pump.client.transport.write("not sent");
    pump.client.transport.abortConnection();
    assert.equal(pump.client.reason, undefined);
    assert.equal(pump.client.transport.disconnecting, true);
    pump.client.transport.abortConnection();
    pump.flush();
    assert.equal(pump.server.text, "sent");
    assert.deepEqual([reasonOf(pump.client), reasonOf(pump.server)], [ConnectionAborted, ConnectionLost]);
    assert.match(String(pump.server.reason?.cause), /ECONNRESET/);
  });

  test("abortConnection, after loseConnection, still aborts", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.client.transport.loseConnection();
    pump.client.transport.abortConnection();
    pump.flush();
    assert.deepEqual([reasonOf(pump.client), reasonOf(pump.server)], [ConnectionAborted, ConnectionLost]);
  });

  test("abortConnection, is noticed by a paused end when it reads on", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.server.transport.pauseProducing();
    pump.client.transport.write("sent");
    pump.pump();
    pump.client.transport.abortConnection();
    pump.flush();
    assert.equal(pump.server.reason, undefined);
    pump.server.transport.resumeProducing();
    pump.flush();
    assert.equal(pump.server.text, "sent");
    assert.equal(reasonOf(pump.server), ConnectionLost);
  });

  test("abortConnection, is noticed by a paused end when it writes", () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.server.transport.pauseProducing();
    pump.client.transport.abortConnection();
    pump.flush();
    pump.server.transport.write("anybody there?");
    pump.flush();
    assert.equal(reasonOf(pump.server), ConnectionLost);
    assert.match(String(pump.server.reason?.cause), /write ECONNRESET/);
  });

  test("abortConnection, from within dataReceived stops the data at once", () => {
    const pump = byHand(new Recorder(), new Recorder(), { chunkSize: 1 });
    pump.server.onData = (_data, transport) => transport.abortConnection();
    pump.client.transport.write("abc");
    pump.flush();
    assert.equal(pump.server.text, "a");
    assert.deepEqual([reasonOf(pump.server), reasonOf(pump.client)], [ConnectionAborted, ConnectionLost]);
  });

  test("after the end, nothing that the transport is asked has an effect", () => {
    const pump = byHand(new Recorder(), new Recorder());
    const { transport } = pump.client;
    transport.loseConnection();
    pump.flush();
    transport.write("x");
    transport.loseConnection();
    transport.abortConnection();
    transport.loseWriteConnection();
    transport.pauseProducing();
    transport.resumeProducing();
    transport.stopProducing();
    assert.equal(pump.flush(), false);
    assert.deepEqual(pump.client.events, ["made", "lost"]);
  });
});

describe("connectedPair: half-closing", () => {
  test("loseWriteConnection, ends one direction; the other goes on", () => {
    const pump = byHand(new HalfRecorder(), new HalfRecorder());
    pump.client.transport.write("question");
    pump.client.transport.loseWriteConnection();
    pump.client.transport.write("too late");
    pump.flush();
    assert.equal(pump.server.text, "question");
    assert.deepEqual(pump.server.events, ["made", "read lost"]);
    assert.deepEqual(pump.client.events, ["made", "write lost"]);
    pump.server.transport.write("answer");
    pump.server.transport.loseConnection();
    pump.flush();
    assert.equal(pump.client.text, "answer");
    assert.deepEqual([reasonOf(pump.server), reasonOf(pump.client)], [ConnectionDone, ConnectionDone]);
    assert.deepEqual(pump.client.events, ["made", "write lost", "read lost", "lost"]);
  });

  test("loseWriteConnection, ends the connection for one that knows no half-closing, which still says its last words", () => {
    const pump = byHand(new Recorder(), new HalfRecorder());
    pump.server.onData = (data, transport) => transport.write(`re: ${data}`);
    pump.client.transport.write("question");
    pump.client.transport.loseWriteConnection();
    pump.flush();
    assert.equal(pump.client.text, "re: question");
    assert.deepEqual([reasonOf(pump.server), reasonOf(pump.client)], [ConnectionDone, ConnectionDone]);
  });

  test("loseWriteConnection, by one that knows no half-closing, needs nothing more of it", () => {
    const pump = byHand(new HalfRecorder(), new Recorder());
    pump.client.transport.loseWriteConnection();
    pump.flush();
    pump.server.transport.write("still there");
    pump.flush();
    assert.equal(pump.client.text, "still there");
  });

  test("writing to an end that has closed both directions, is answered by a reset", () => {
    const pump = byHand(new HalfRecorder(), new Recorder());
    pump.client.transport.loseConnection();
    pump.flush();
    assert.deepEqual(pump.server.events, ["made", "read lost"]);
    pump.server.transport.write("anybody there?");
    pump.flush();
    assert.equal(reasonOf(pump.client), ConnectionDone);
    assert.equal(reasonOf(pump.server), ConnectionLost);
  });

  test("loseConnection, after loseWriteConnection, closes the rest", () => {
    const pump = byHand(new HalfRecorder(), new HalfRecorder());
    pump.client.transport.loseWriteConnection();
    pump.flush();
    pump.client.transport.loseConnection();
    pump.flush();
    assert.equal(reasonOf(pump.client), ConnectionDone);
    assert.deepEqual(pump.server.events, ["made", "read lost"]);
    pump.server.transport.loseConnection();
    pump.flush();
    assert.equal(reasonOf(pump.server), ConnectionDone);
  });
});

describe("connectedPair: back-pressure", () => {
  const MORE_THAN_FITS = "x".repeat(200_000);

  test("pauseProducing, keeps data back until resumeProducing", () => {
    const pump = byHand(new Recorder(), new Recorder(), { chunkSize: 1 });
    pump.server.onData = (data, transport) => data === "b" && transport.pauseProducing();
    pump.client.transport.write("abcd");
    pump.flush();
    assert.equal(pump.server.text, "ab");
    pump.server.transport.resumeProducing();
    pump.flush();
    assert.equal(pump.server.text, "abcd");
  });

  test("a push producer, is paused when more waits than may, and resumed when everything is sent", () => {
    const pump = byHand(new Recorder(), new Recorder(), { windowSize: 1000 });
    const calls: string[] = [];
    pump.client.transport.registerProducer(
      {
        pauseProducing: () => calls.push("pause"),
        resumeProducing: () => calls.push("resume"),
        stopProducing: () => calls.push("stop"),
      },
      true,
    );
    pump.client.transport.write("a little");
    pump.flush();
    assert.deepEqual(calls, []);
    pump.server.transport.pauseProducing();
    pump.client.transport.write(MORE_THAN_FITS);
    assert.deepEqual(calls, ["pause"]);
    pump.flush();
    assert.deepEqual(calls, ["pause"]);
    pump.server.transport.resumeProducing();
    pump.flush();
    assert.deepEqual(calls, ["pause", "resume"]);
    assert.equal(pump.server.text.length, MORE_THAN_FITS.length + "a little".length);
  });

  test("a push producer, is resumed also after a write that went out in one go", () => {
    const pump = byHand(new Recorder(), new Recorder(), { windowSize: 1_000_000 });
    const calls: string[] = [];
    const producer = {
      pauseProducing: () => calls.push("pause"),
      resumeProducing: () => calls.push("resume"),
      stopProducing: () => calls.push("stop"),
    };
    pump.client.transport.registerProducer(producer, true);
    pump.client.transport.write(MORE_THAN_FITS);
    pump.flush();
    assert.deepEqual(calls, ["pause", "resume"]);
  });

  test("a pull producer, is asked for each piece, one a round; loseConnection waits for it", () => {
    const pump = byHand(new Recorder(), new Recorder());
    const producer = new NonStreamingProducer(pump.client.transport);
    pump.client.transport.registerProducer(producer, false);
    pump.client.transport.loseConnection();
    pump.pump();
    assert.equal(pump.server.text, "0");
    pump.flush();
    assert.equal(pump.server.text, "0123456789");
    successResultOf(producer.result);
    assert.deepEqual([reasonOf(pump.client), reasonOf(pump.server)], [ConnectionDone, ConnectionDone]);
  });

  test("a pull producer, is asked for each piece; loseWriteConnection waits for it", () => {
    const pump = byHand(new HalfRecorder(), new HalfRecorder());
    const producer = new NonStreamingProducer(pump.client.transport);
    pump.client.transport.registerProducer(producer, false);
    pump.client.transport.loseWriteConnection();
    pump.flush();
    assert.equal(pump.server.text, "0123456789");
    assert.deepEqual(pump.server.events, ["made", "read lost"]);
  });

  test("a producer, is stopped when the connection ends", () => {
    const pump = byHand(new Recorder(), new Recorder());
    let stops = 0;
    const producer = { pauseProducing() {}, resumeProducing() {}, stopProducing: () => stops++ };
    pump.client.transport.registerProducer(producer, true);
    assert.throws(() => pump.client.transport.registerProducer(producer, true), InvalidStateError);
    pump.server.transport.abortConnection();
    pump.flush();
    assert.equal(stops, 1);
  });

  test("windowSize, is how much is on its way to one that does not read", () => {
    const pump = byHand(new Recorder(), new Recorder(), { windowSize: 3 });
    pump.server.transport.pauseProducing();
    pump.client.transport.write("abcdef");
    pump.client.transport.loseConnection();
    pump.flush();
    assert.equal(pump.client.reason, undefined);
    pump.server.transport.resumeProducing();
    pump.flush();
    assert.deepEqual(pump.server.pieces, ["abc", "def"]);
    assert.equal(reasonOf(pump.client), ConnectionDone);
  });

  test("a reset, is noticed by one that still has something to send", () => {
    const pump = byHand(new Recorder(), new Recorder(), { windowSize: 3 });
    pump.server.transport.pauseProducing();
    pump.client.transport.write("abcdef");
    pump.client.transport.loseConnection();
    pump.flush();
    pump.server.transport.abortConnection();
    pump.flush();
    assert.deepEqual([reasonOf(pump.client), reasonOf(pump.server)], [ConnectionLost, ConnectionAborted]);
  });
});
