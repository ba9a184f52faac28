/** One echo through two reactors, and one of each of the rarer calls, for tools that are slow: says what came back. */
import { closeSync, openSync } from "node:fs";
import type { Failure } from "../../src/deferred/failure.ts";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import type { NativeTLS } from "../../src/reactor/epoll/native-core.ts";
import { Socket } from "../../src/reactor/epoll/socket.ts";
import { NativeContexts } from "../../src/tls/native-context.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { UNIXTransport } from "../../src/transport/transport.ts";
import { testCertificates } from "../support/test-certificates.ts";

const SIZE = 200_000;

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

class Caller extends Protocol {
  #received = 0;

  override connectionMade(): void {
    this.transport.write(Buffer.alloc(SIZE, 1));
  }

  override dataReceived(data: Buffer): void {
    this.#received += data.length;
    if (this.#received === SIZE) this.transport.loseConnection();
  }

  override connectionLost(): void {
    console.log(`${this.#received} bytes came back`);
    server.stop();
    client.stop();
  }
}

/** Sends a file and its descriptor over a UNIX stream. */
class Passer extends Protocol<UNIXTransport> {
  override connectionMade(): void {
    const file = openSync(process.execPath, "r");
    console.log(`the peer is ${this.transport.getPeerCredentials().pid === process.pid ? "us" : "somebody else"}`);
    this.transport.sendFileDescriptor(file);
    this.transport.write("x");
    this.transport.sendFile(file, { length: 1000 }).addCallback((count) => {
      console.log(`${count} bytes of a file`);
      closeSync(file);
      this.transport.loseConnection();
    });
  }
}

class Taker extends Protocol {
  fileDescriptorReceived(fd: number): void {
    console.log("a descriptor came");
    closeSync(fd);
  }
}

const listener = new Socket("inet");
listener.bind({ host: "127.0.0.1", port: 0 });
listener.setsockopt("keepAlive", true);
listener.listen(listener.getsockopt("keepAlive"));
const dialer = new Socket("inet");
dialer.connect(listener.getsockname() as InternetAddress);
const accepted = listener.accept();
if (accepted !== "wouldBlock") {
  dialer.send("hello");
  console.log(`a socket received ${String(accepted.recv(10))}`);
  accepted.close();
}
dialer.close();
listener.close();

shakeHands();

class Word extends ProcessProtocol {
  override outReceived(data: Buffer): void {
    console.log(`a child says ${data.toString().trim()}`);
  }

  override processEnded(reason: Failure): void {
    console.log(`and ends with ${(reason.value as Error).name}`);
  }
}

const server = new EpollReactor();
const client = new EpollReactor();
const port = server.listenTCP(0, Factory.forProtocol(Echo), { interface: "127.0.0.1" });
client.connectTCP("127.0.0.1", (port.getHost() as InternetAddress).port, ClientFactory.forProtocol(Caller));
server.spawnProcess(new Word(), "echo", ["echo", "hello"]);
server.spawnProcess(new Word(), "/no/such/program");
const path = `\0hawser-smoke-${process.pid}`;
server.listenUNIX(path, Factory.forProtocol(Taker));
client.connectUNIX(path, ClientFactory.forProtocol(Passer));
await Promise.all([server.run({ installSignalHandlers: false }), client.run({ installSignalHandlers: false })]);

/** A TLS handshake between two sessions of the core, and a message. */
function shakeHands(): void {
  const native = loadNativeCore() as NativeTLS;
  const memory = native.tlsMemory();
  const facts = new Int32Array(memory, 0, 4);
  const ciphertext = Buffer.from(memory, 16 + 2 * 65_536);
  const contexts = new NativeContexts(native);
  const { server: mine, authority } = testCertificates();
  const ours = contexts.numberOf(
    new TLSContext({ certificateChain: mine.certificate, privateKey: mine.key }),
    "server",
  );
  const theirs = contexts.numberOf(new TLSContext({ trustRoots: [authority.certificate] }), "client");
  const none = new Uint8Array(0);
  const answers = native.tlsSession(ours, 0, "", "", none, 0);
  const begins = native.tlsSession(theirs, 1, "localhost", "localhost", none, 1);
  let bytes: Buffer = Buffer.alloc(0);
  for (const session of [begins, answers, begins, answers, begins]) {
    for (let at = 0; at < bytes.length || at === 0; at += facts[0]! || 1) native.tlsReceive(session, bytes, at, 0);
    bytes = Buffer.from(ciphertext.subarray(0, facts[2]));
  }
  native.tlsSend(begins, Buffer.from("x"), 0);
  native.tlsReceive(answers, Buffer.from(ciphertext.subarray(0, facts[2])), 0, 0);
  console.log(`${facts[1]} bytes over ${native.tlsFacts(answers)[0]}`);
  native.tlsEnd(begins);
  native.tlsSessionFree(begins);
  native.tlsSessionFree(answers);
}
