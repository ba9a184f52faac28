import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { PipedConnection, PipedProgram } from "../../src/inetd/piped-connection.ts";
import { ProcessDone } from "../../src/process/errors.ts";
import { FakeProcessTransport } from "../../src/testing/fake-process-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

function piped() {
  const ends: Failure[] = [];
  const program = new PipedProgram((reason) => ends.push(reason));
  const child = new FakeProcessTransport("/bin/cat", 1);
  const connection = new PipedConnection(() => {
    program.makeConnection(child);
    return program;
  });
  const transport = new StringTransport();
  connection.makeConnection(transport);
  return { connection, transport, program, child, ends };
}

test("PipedConnection, carries bytes both ways, of standard output and error", () => {
  const { connection, transport, program, child } = piped();
  connection.dataReceived(Buffer.from("there"));
  program.childDataReceived(STDOUT, Buffer.from("back "));
  program.childDataReceived(STDERR, Buffer.from("again"));
  assert.deepEqual([child.written(STDIN).toString(), transport.value()], ["there", "back again"]);
});

test("PipedConnection, holds each end while the other has enough", () => {
  const { transport, child } = piped();
  (transport.producer as PipedProgram).pauseProducing();
  assert.equal(child.producerState, "paused");
  transport.producer!.resumeProducing();
  assert.equal(child.producerState, "producing");
  (child.producer as PipedConnection).pauseProducing();
  assert.equal(transport.producerState, "paused");
});

test("PipedConnection, that ends one way, ends the standard input, and goes on the other way", () => {
  const { connection, transport, program, child, ends } = piped();
  connection.readConnectionLost();
  assert.deepEqual([...child.closed], [STDIN]);
  program.childConnectionLost(STDIN);
  program.childDataReceived(STDOUT, Buffer.from("late"));
  assert.equal(transport.value(), "late");
  program.childConnectionLost(STDOUT);
  assert.equal(transport.writeDisconnecting, false);
  program.childConnectionLost(STDERR);
  assert.deepEqual([transport.writeDisconnecting, transport.disconnecting], [true, false]);
  program.processExited();
  program.processEnded(new Failure(new ProcessDone()));
  assert.equal(transport.disconnecting, true);
  assert.equal(ends.length, 1);
});

test("PipedConnection, whose program reads no more, is read all the same", () => {
  const { transport, program } = piped();
  transport.pauseProducing();
  program.childConnectionLost(STDIN);
  assert.equal(transport.producerState, "producing");
});

test("PipedConnection, that is closed, closes the pipes and no more", () => {
  const { connection, program, child, ends } = piped();
  connection.connectionLost(new Failure(new ConnectionDone()));
  assert.deepEqual([child.closed.size, child.signals], [3, []]);
  for (const fd of [STDIN, STDOUT, STDERR]) program.childConnectionLost(fd);
  program.processEnded(new Failure(new ProcessDone()));
  assert.equal(ends.length, 1);
});

test("PipedConnection, that breaks, ends the program before that can take it for the end", () => {
  const { connection, program, child, ends } = piped();
  const order: string[] = [];
  child.signalProcess = (signal) => void order.push(String(signal));
  child.loseConnection = () => void order.push("close");
  connection.connectionLost(new Failure(new ConnectionLost()));
  assert.deepEqual([order, child.producer], [["TERM", "close"], undefined]);
  for (const fd of [STDIN, STDOUT, STDERR]) program.childConnectionLost(fd);
  program.processEnded(new Failure(new ProcessDone()));
  assert.equal(ends.length, 1);
});

test("PipedConnection, that breaks when it has said everything, lets the program go on", () => {
  const { connection, child } = piped();
  connection.readConnectionLost();
  connection.connectionLost(new Failure(new ConnectionLost()));
  assert.deepEqual([child.closed.size, child.signals], [3, []]);
});

test("PipedConnection, whose program cannot be started, is aborted", () => {
  const connection = new PipedConnection(() => undefined);
  const transport = new StringTransport();
  connection.makeConnection(transport);
  assert.equal(transport.aborting, true);
  connection.connectionLost(new Failure(new ConnectionLost()));
});
