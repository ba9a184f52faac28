/** What is special to UNIX sockets: files, permissions, locks, abstract names. */
import assert from "node:assert/strict";
import { existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CannotListenError } from "../../src/transport/errors.ts";
import type { Lacks } from "./lacks.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";

/** A process id that no process has: larger than the system gives. */
const NOBODY = 2 ** 30;

export function unixConformance(name: string, makeReactor: MakeReactor, folder: string, lacks: Lacks = {}): void {
  const skip = lacks.files ?? false;
  describe(`${name}: UNIX sockets`, () => {
    test("listenUNIX, gives the file its mode and removes it in the end", { skip }, async () => {
      const path = join(folder, "mode");
      await running(makeReactor, async (reactor) => {
        const port = await listening(() => reactor.listenUNIX(path, new RecordingFactory(), { mode: 0o600 }));
        assert.equal(statSync(path).mode & 0o777, 0o600);
        assert.equal(String(port.getHost()), `UNIXAddress(${JSON.stringify(path)})`);
        await port.stopListening();
        assert.equal(existsSync(path), false);
      });
    });

    test(
      "listenUNIX with wantPID, replaces what a dead process left, not what a living one holds",
      { skip },
      async () => {
        const path = join(folder, "lock");
        writeFileSync(path, "left behind");
        symlinkSync(String(NOBODY), `${path}.lock`);
        await running(makeReactor, async (reactor) => {
          const options = { wantPID: true };
          const port = await listening(() => reactor.listenUNIX(path, new RecordingFactory(), options));
          await assert.rejects(
            listening(() => reactor.listenUNIX(path, new RecordingFactory(), options)),
            CannotListenError,
          );
          const clients = new RecordingClientFactory();
          reactor.connectUNIX(path, clients, { checkPID: true });
          await until(() => clients.protocols.length === 1);
          await port.stopListening();
          assert.equal(existsSync(`${path}.lock`), false);
          const late = new RecordingClientFactory();
          reactor.connectUNIX(path, late, { checkPID: true });
          await until(() => late.events.includes("stop"));
          assert.equal(late.error, "BadFileError");
        });
      },
    );

    test("listenUNIX, where there is a file already, gives CannotListenError", { skip }, async () => {
      const path = join(folder, "taken");
      writeFileSync(path, "a file");
      await running(makeReactor, async (reactor) => {
        await assert.rejects(
          listening(() => reactor.listenUNIX(path, new RecordingFactory())),
          (error: CannotListenError) => error.osError === "EADDRINUSE" && error.interface === path,
        );
      });
    });

    test("connectUNIX, to no socket, fails by cause", { skip }, async () => {
      const file = join(folder, "plain-file");
      writeFileSync(file, "a file");
      await running(makeReactor, async (reactor) => {
        for (const [path, error] of [
          [join(folder, "missing"), "BadFileError"],
          [file, "ConnectionRefusedError"],
        ] as const) {
          const clients = new RecordingClientFactory();
          reactor.connectUNIX(path, clients);
          await until(() => clients.events.includes("stop"));
          assert.equal(clients.error, error);
        }
      });
    });

    test(
      "an abstract name, needs no file",
      { skip: process.platform !== "linux" && "only Linux has them" },
      async () => {
        const path = `\0hawser-${process.pid}-${name}`;
        await running(makeReactor, async (reactor) => {
          const servers = new RecordingFactory();
          await listening(() => reactor.listenUNIX(path, servers));
          const clients = new RecordingClientFactory();
          reactor.connectUNIX(path, clients);
          await until(() => clients.protocols.length === 1);
          clients.only.transport.write("hello");
          await until(() => servers.protocols[0]?.text === "hello");
        });
      },
    );

    test("a path, must be one", () => {
      const reactor = makeReactor();
      assert.throws(() => reactor.listenUNIX("", new RecordingFactory()), TypeError);
      assert.throws(() => reactor.connectUNIX(3 as never, new RecordingClientFactory()), TypeError);
    });
  });
}
