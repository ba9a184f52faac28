import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { ProtocolWrapper } from "../../src/policies/protocol-wrapper.ts";
import { WrappingFactory } from "../../src/policies/wrapping-factory.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { CertificateOptions } from "../../src/tls/certificate-options.ts";
import { optionsForClientTLS } from "../../src/tls/options-for-client-tls.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import type { TCPTransport, TLSTransport } from "../../src/transport/transport.ts";
import { running, until } from "../conformance/running.ts";
import { authority, signedFor } from "../support/authority.ts";
import "../support/quiet-logs.ts";

function wrap(protocol: Protocol): { wrapper: ProtocolWrapper; factory: WrappingFactory } {
  const factory = new WrappingFactory(Factory.forProtocol(Protocol));
  return { wrapper: new ProtocolWrapper(factory, protocol), factory };
}

describe("ProtocolWrapper", () => {
  test("is a transport to the protocol and a protocol to the transport", () => {
    const protocol = new AccumulatingProtocol();
    const transport = new StringTransport();
    const { wrapper, factory } = wrap(protocol);
    wrapper.makeConnection(transport);
    assert.equal(protocol.transport, wrapper);
    assert.deepEqual([...factory.protocols], [wrapper]);
    wrapper.dataReceived(Buffer.from("in"));
    protocol.transport.write("out");
    protocol.transport.writeSequence(["-", Buffer.from("side")]);
    assert.equal(protocol.data.toString(), "in");
    assert.equal(transport.value(), "out-side");
    assert.ok(wrapper.getPeer().equals(transport.getPeer()));
    assert.ok(wrapper.getHost().equals(transport.getHost()));
    protocol.transport.pauseProducing();
    assert.equal(transport.producerState, "paused");
    protocol.transport.resumeProducing();
    assert.equal(transport.producerState, "producing");
    const producer = { pauseProducing() {}, resumeProducing() {}, stopProducing() {} };
    protocol.transport.registerProducer(producer, true);
    assert.equal(transport.producer, producer);
    protocol.transport.unregisterProducer();
    assert.equal(transport.producer, null);
    protocol.transport.stopProducing();
    assert.equal(transport.producerState, "stopped");
    assert.equal(protocol.transport.disconnecting, false);
    protocol.transport.loseConnection();
    assert.equal(protocol.transport.disconnecting, true);
    protocol.transport.abortConnection();
    assert.equal(transport.aborting, true);
    wrapper.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(protocol.closed, true);
    assert.equal(factory.protocols.size, 0);
  });

  test("can do what the transport can, and no more", () => {
    const protocol = new Protocol<TCPTransport>();
    const transport = new StringTransport();
    const { wrapper } = wrap(protocol);
    wrapper.makeConnection(transport);
    protocol.transport.setTcpNoDelay(true);
    assert.equal(transport.getTcpNoDelay(), true);
    protocol.transport.loseWriteConnection();
    assert.equal(transport.writeDisconnecting, true);
    assert.equal("startTLS" in wrapper, false);
    assert.equal(wrapper.security, undefined);
    assert.equal(wrapper.negotiatedProtocol, undefined);
  });

  test("hears what the protocol hears, and no more", () => {
    const heard: unknown[] = [];
    class Curious extends Protocol {
      readonly borrowsData = true;
      readConnectionLost(): void {
        heard.push("read");
      }
      writeConnectionLost(): void {
        heard.push("write");
      }
      handshakeCompleted(): void {
        heard.push("handshake");
      }
      fileDescriptorReceived(fd: number): void {
        heard.push(fd);
      }
      takeUndelivered(): Buffer {
        return Buffer.from("rest");
      }
    }
    const { wrapper } = wrap(new Curious());
    wrapper.readConnectionLost?.();
    wrapper.writeConnectionLost?.();
    wrapper.handshakeCompleted?.();
    wrapper.fileDescriptorReceived?.(3);
    assert.deepEqual(heard, ["read", "write", "handshake", 3]);
    assert.equal(wrapper.takeUndelivered?.().toString(), "rest");
    assert.equal(wrapper.borrowsData, true);
    const { wrapper: other } = wrap(new Protocol());
    assert.equal(other.readConnectionLost, undefined);
    assert.equal(other.borrowsData, false);
  });

  test("a method of a class that extends it comes first", () => {
    class Own extends ProtocolWrapper {
      asked = 0;
      override loseWriteConnection = (): void => void this.asked++;
    }
    const transport = new StringTransport();
    const wrapper = new Own(wrap(new Protocol()).factory, new Protocol());
    wrapper.makeConnection(transport);
    wrapper.loseWriteConnection();
    assert.equal(wrapper.asked, 1);
    assert.equal(transport.writeDisconnecting, false);
  });

  test("is named in logs after both", () => {
    class Echo extends Protocol {}
    assert.equal(wrap(new Echo()).wrapper.logPrefix(), "Echo (ProtocolWrapper)");
  });
});

const reactors = [["node", () => new NodeReactor()] as const, ["epoll", () => new EpollReactor()] as const].filter(
  ([kind]) => kind === "node" || loadNativeCore() !== null,
);

for (const [kind, makeReactor] of reactors) {
  test(`ProtocolWrapper, passes startTLS and half-closing on, on the ${kind} reactor`, () =>
    running(makeReactor, async (reactor) => {
      const certificate = signedFor(["localhost"]);
      const context = new CertificateOptions({ privateKey: certificate.privateKey, certificate });
      class Server extends AccumulatingProtocol {
        override dataReceived(data: Buffer): void {
          super.dataReceived(data);
          if (this.data.toString() !== "STARTTLS") return;
          this.transport.write("GO");
          (this.transport as unknown as TLSTransport).startTLS(context);
        }
        readConnectionLost(): void {
          this.transport.write("bye");
          this.transport.loseConnection();
        }
        writeConnectionLost(): void {}
      }
      class Client extends AccumulatingProtocol {
        secured = false;
        override connectionMade(): void {
          super.connectionMade();
          this.transport.write("STARTTLS");
        }
        override dataReceived(data: Buffer): void {
          super.dataReceived(data);
          if (this.data.toString() !== "GO") return;
          const transport = this.transport as unknown as TLSTransport;
          transport.startTLS(optionsForClientTLS("localhost", { trustRoot: authority }));
          transport.write(" secret");
        }
        handshakeCompleted(): void {
          this.secured = true;
        }
        readConnectionLost(): void {}
        writeConnectionLost(): void {}
      }
      const servers = Factory.forProtocol(Server);
      const built: Server[] = [];
      const wrapping = new WrappingFactory(
        Object.assign(servers, {
          buildProtocol: () => {
            built.push(new Server());
            return built.at(-1)!;
          },
        }),
      );
      const port = await new TCP4ServerEndpoint(reactor, 0, { interface: "127.0.0.1" }).listen(wrapping);
      const endpoint = new TCP4ClientEndpoint(reactor, "127.0.0.1", (port.getHost() as InternetAddress).port);
      const client = new Client();
      const wrapper = await endpoint.connect(
        new WrappingFactory(Object.assign(new Factory(), { buildProtocol: () => client })),
      );
      await until(() => built[0]?.data.toString() === "STARTTLS secret", "the secret");
      assert.equal(client.secured, true);
      assert.match(wrapper.getTLSVersion?.() ?? "", /^TLSv1/);
      assert.ok(wrapper.security !== undefined);
      (client.transport as unknown as TLSTransport).loseWriteConnection();
      await until(() => client.closed && built[0]?.closed === true, "the end");
      assert.equal(client.data.toString(), "GObye");
      assert.equal(wrapping.protocols.size, 0);
    }));
}
