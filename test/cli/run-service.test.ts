import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { Program } from "../support/program.ts";
import { PackageFolder } from "./package-folder.ts";

describe("hawser SERVICE", () => {
  for (const reactor of ["epoll", "node"]) {
    test(`on the ${reactor} reactor, says where it listens and stops on a signal`, async (t) => {
      const program = new Program("bin/hawser", ["chat", "--reactor", reactor, "-l", "tcp:0:interface=127.0.0.1"]);
      const match = await program.prints(/try: nc 127\.0\.0\.1 (\d+)\n/).catch((error: unknown) => {
        if (/--reactor: /.test(program.stderr)) return undefined;
        throw error;
      });
      if (match === undefined) return t.skip(program.stderr);
      assert.equal(await program.stop(), 0, program.stderr);
      assert.match(program.stderr, /SIGTERM/);
    });

    test(`on the ${reactor} reactor, ends with 3 where the port is in use`, async () => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const { port } = other.address() as AddressInfo;
      const endpoint = `tcp:${port}:interface=127.0.0.1`;
      const args = ["chat", "--reactor", reactor, "--listen", "tcp:0:interface=127.0.0.1", "--listen", endpoint];
      const program = await Program.run("bin/hawser", args);
      other.close();
      assert.match(
        program.stderr,
        new RegExp(`^hawser: chat: --listen: ${endpoint}: Cannot listen on .*EADDRINUSE.*$`, "m"),
      );
      assert.deepEqual([await program.ended(), program.stdout], [3, ""]);
    });
  }

  test("listens on several endpoints", async () => {
    const folder = new PackageFolder();
    const path = `${folder.path}/socket`;
    const program = new Program("bin/hawser", ["chat", "--listen", "tcp:0:interface=127.0.0.1", "-l", `unix:${path}`]);
    await program.prints(/nc 127\.0\.0\.1 \d+\n.*nc -U .*socket\n/);
    assert.equal(await program.stop(), 0, program.stderr);
  });

  test("lets connections finish when it is told to stop, as long as --drain says, and aborts them when it is told again", async () => {
    for (const [drain, signals] of [
      ["60", 1],
      ["60", 2],
      ["0.1", 1],
    ] as const) {
      const program = new Program("bin/hawser", ["echo", "--drain", drain]);
      const [, port] = await program.prints(/:(\d+)\n/);
      const socket = connect(Number(port), "127.0.0.1");
      const closed = new Promise((resolve) => void socket.once("close", resolve));
      socket.on("error", () => {});
      const echo = async (): Promise<string> => {
        socket.write("still here");
        return String(((await once(socket, "data")) as [Buffer])[0]);
      };
      await echo();
      program.process.kill("SIGTERM");
      await program.logs(/Waiting for 1 connections/);
      if (drain === "60") assert.equal(await echo(), "still here");
      if (signals === 2) program.process.kill("SIGINT");
      else if (drain === "60") socket.end();
      await closed;
      assert.equal(await program.ended(), 0, program.stderr);
    }
  });

  test("kills the processes of procmon on a second signal, and leaves none behind", async () => {
    const script = "trap '' TERM; echo pid $$; while :; do sleep 1; done";
    const program = new Program("bin/hawser", ["procmon", "--kill-time", "60", "--", "/bin/sh", "-c", script]);
    const [, pid] = await program.logs(/\] pid (\d+)/);
    program.process.kill("SIGTERM");
    await program.logs(/Received SIGTERM, stopping/);
    program.process.kill("SIGTERM");
    assert.equal(await program.ended(), 0, program.stderr);
    assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
  });
});
