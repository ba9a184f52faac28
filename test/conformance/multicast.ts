/**
 * What a datagram port must do with multicast groups. On loopback, the interface of 127.0.0.1: what is sent to a group there leaves no machine.
 *
 * Some machines refuse multicast on loopback. Whether this one does is tried once, without the reactor; the tests that need it are then
 * skipped by name.
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { describe, test } from "node:test";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { CannotListenError, InvalidAddressError, MulticastJoinError } from "../../src/transport/errors.ts";
import { DatagramRecorder, ELSEWHERE, HOST, HOST6, recorderOn } from "./datagram-fixtures.ts";
import type { MakeReactor } from "./running.ts";
import { running } from "./running.ts";

/** A group for use within a site, of which nobody else is likely to be a member. */
const GROUP = "239.255.83.17";
/** Longer than a datagram on loopback takes by far. */
const PROBE_MS = 2000;

/** Why there is no multicast on loopback, or `false`. */
export function probeMulticast(): Promise<string | false> {
  const socket = createSocket("udp4");
  return new Promise<string | false>((resolve) => {
    const refused = (what: string): void => resolve(`this machine has no multicast on loopback: ${what}`);
    const timer = setTimeout(() => refused("a datagram to a group did not arrive"), PROBE_MS);
    socket.on("message", () => resolve(false));
    socket.on("error", (error) => refused(error.message));
    socket.on("close", () => clearTimeout(timer));
    socket.bind(0, () => {
      try {
        socket.addMembership(GROUP, HOST);
        socket.setMulticastInterface(HOST);
        socket.send("probe", socket.address().port, GROUP, (error) => error && refused(error.message));
      } catch (error) {
        refused((error as Error).message);
      }
    });
  }).finally(() => socket.close());
}

/** A port on all addresses that sends to groups by loopback. */
async function memberOn(reactor: Reactor, port = 0): Promise<DatagramRecorder> {
  const protocol = new DatagramRecorder();
  reactor.listenMulticast(port, protocol, { listenMultiple: true });
  await protocol.transport.setOutgoingInterface(HOST);
  return protocol;
}

export function multicastConformance(name: string, makeReactor: MakeReactor): void {
  describe(`${name}: multicast`, async () => {
    const skip = await probeMulticast();

    test("joinGroup, receives what is sent to the group, until leaveGroup", { skip }, async () => {
      await running(makeReactor, async (reactor) => {
        const member = await memberOn(reactor);
        const sender = await memberOn(reactor);
        const { port } = member.transport.getHost();
        await member.transport.joinGroup(GROUP, HOST);
        sender.transport.write("to the members", { host: GROUP, port });
        await member.received(1);
        await member.transport.leaveGroup(GROUP, HOST);
        sender.transport.write("to nobody", { host: GROUP, port });
        sender.transport.write("to you", { host: HOST, port });
        await member.received(2);
        assert.deepEqual(member.texts, ["to the members", "to you"]);
        assert.equal(member.addresses[0]?.port, sender.transport.getHost().port);
      });
    });

    test("joinGroup, without an interface or with an empty one, takes the system's choice", { skip }, async (t) => {
      await running(makeReactor, async (reactor) => {
        const { transport } = await memberOn(reactor);
        try {
          await transport.joinGroup(GROUP);
        } catch (error) {
          if (((error as Error).cause as NodeJS.ErrnoException).code !== "ENODEV") throw error;
          t.skip("the system has no interface to choose");
          return;
        }
        await transport.leaveGroup(GROUP, "");
        await transport.joinGroup(GROUP, "");
      });
    });

    test("joinGroup, twice, and leaveGroup of a group that was not joined, fail", { skip }, async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = await memberOn(reactor);
        await assert.rejects(transport.leaveGroup(GROUP, HOST).toPromise(), MulticastJoinError);
        await transport.joinGroup(GROUP, HOST);
        await assert.rejects(transport.joinGroup(GROUP, HOST).toPromise(), MulticastJoinError);
      });
    });

    test("joinGroup, of what is no group, fails", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = recorderOn(reactor);
        await assert.rejects(transport.joinGroup(HOST).toPromise(), MulticastJoinError);
        await assert.rejects(transport.joinGroup(GROUP, ELSEWHERE).toPromise(), MulticastJoinError);
        await assert.rejects(transport.joinGroup("all-hosts").toPromise(), InvalidAddressError);
        await assert.rejects(transport.joinGroup(GROUP, "lo").toPromise(), InvalidAddressError);
      });
    });

    test("listenMultiple, lets several ports share a number, and all members receive", { skip }, async () => {
      await running(makeReactor, async (reactor) => {
        const one = await memberOn(reactor);
        const { port } = one.transport.getHost();
        const other = await memberOn(reactor, port);
        await one.transport.joinGroup(GROUP, HOST);
        await other.transport.joinGroup(GROUP, HOST);
        one.transport.write("to all of us", { host: GROUP, port });
        await Promise.all([one.received(1), other.received(1)]);
        assert.deepEqual([one.texts, other.texts], [["to all of us"], ["to all of us"]]);
      });
    });

    test("without listenMultiple, a port's number is its own", async () => {
      await running(makeReactor, async (reactor) => {
        const { port } = recorderOn(reactor, "0.0.0.0").transport.getHost();
        assert.throws(() => reactor.listenMulticast(port, new DatagramRecorder()), CannotListenError);
        assert.throws(
          () => reactor.listenMulticast(port, new DatagramRecorder(), { listenMultiple: true }),
          CannotListenError,
        );
      });
    });

    test("setTTL, is 1 until it is set, and takes 0 to 255", async () => {
      await running(makeReactor, async (reactor) => {
        for (const host of [HOST, HOST6]) {
          const { transport } = recorderOn(reactor, host);
          assert.equal(transport.getTTL(), 1);
          for (const ttl of [0, 5, 255]) {
            transport.setTTL(ttl);
            assert.equal(transport.getTTL(), ttl);
          }
          assert.throws(() => transport.setTTL(256), RangeError);
          assert.throws(() => transport.setTTL(-1), RangeError);
          assert.throws(() => transport.setTTL(1.5), RangeError);
          assert.throws(() => transport.setTTL("5" as unknown as number), TypeError);
          assert.equal(transport.getTTL(), 255);
        }
      });
    });

    test("setLoopbackMode, is on until it is set", async () => {
      await running(makeReactor, async (reactor) => {
        for (const host of [HOST, HOST6]) {
          const { transport } = recorderOn(reactor, host);
          assert.equal(transport.getLoopbackMode(), true);
          transport.setLoopbackMode(false);
          assert.equal(transport.getLoopbackMode(), false);
          transport.setLoopbackMode(true);
          assert.equal(transport.getLoopbackMode(), true);
        }
      });
    });

    test("setOutgoingInterface, is remembered, and fails for an address of another machine", async () => {
      await running(makeReactor, async (reactor) => {
        const { transport } = recorderOn(reactor);
        assert.equal(transport.getOutgoingInterface(), "0.0.0.0");
        assert.equal(recorderOn(reactor, HOST6).transport.getOutgoingInterface(), "::");
        await transport.setOutgoingInterface(HOST);
        assert.equal(transport.getOutgoingInterface(), HOST);
        await assert.rejects(transport.setOutgoingInterface(ELSEWHERE).toPromise(), InvalidAddressError);
        await assert.rejects(transport.setOutgoingInterface("lo").toPromise(), InvalidAddressError);
        assert.equal(transport.getOutgoingInterface(), HOST);
      });
    });
  });
}
