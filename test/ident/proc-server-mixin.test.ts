import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { platform, userInfo } from "node:os";
import { describe, test } from "node:test";
import { ProcServerMixin } from "../../src/ident/proc-server-mixin.ts";
import { IdentError, NoUser } from "../../src/ident/wire/errors.ts";

/** A table of the test's own. */
class Server extends ProcServerMixin {
  override async entries(): Promise<readonly string[]> {
    const end = "00000000:00000000 00:00000000 00000000    42        0 3057 1 0 20 4 30 10 -1";
    return ["  sl  local_address", `   0: 0100007F:0019 0302010A:02FA 01 ${end}`];
  }

  override parseLine(line: string): ReturnType<ProcServerMixin["parseLine"]> {
    return super.parseLine(line);
  }

  override async getUsername(uid: number): Promise<string> {
    return `user ${uid}`;
  }
}

const LINUX = { skip: platform() !== "linux" && "only Linux has these tables" };

describe("ProcServerMixin", () => {
  test("names the owner of the connection with these ports and this client", LINUX, async () => {
    const server = new Server();
    const local = { host: "127.0.0.1", port: 25 };
    for (const host of ["10.1.2.3", "::ffff:10.1.2.3"]) {
      assert.deepEqual(await server.lookup(local, { host, port: 762 }), ["LINUX", "user 42"]);
    }
    for (const [here, there] of [
      [local, { host: "10.1.2.4", port: 762 }],
      [local, { host: "10.1.2.3", port: 763 }],
      [
        { ...local, port: 26 },
        { host: "10.1.2.3", port: 762 },
      ],
    ] as const) {
      await assert.rejects(server.lookup(here, there), NoUser);
    }
  });

  for (const host of ["127.0.0.1", "::1"]) {
    test(`finds a real connection over ${host}`, LINUX, async (context) => {
      const listener = createServer();
      const accepted = new Promise<Socket>((resolve) => listener.on("connection", resolve));
      const failed = await new Promise<Error | undefined>((resolve) => {
        listener.on("error", resolve).listen(0, host, () => resolve(undefined));
      });
      if (failed !== undefined) {
        context.skip(`this machine has no ${host}`);
        return;
      }
      const { port } = listener.address() as AddressInfo;
      const client = connect(port, host);
      const socket = await accepted;
      const owner = await new ProcServerMixin().lookup({ host, port }, { host, port: socket.remotePort! });
      assert.deepEqual(owner, ["LINUX", userInfo().username]);
      client.destroy();
      socket.destroy();
      listener.close();
    });
  }

  test("knows the names of users, and who has none", LINUX, async () => {
    const server = new ProcServerMixin();
    assert.equal(await server.getUsername(0), "root");
    await assert.rejects(server.getUsername(3_999_999_999), IdentError);
  });
});
