/** How child processes are started: what they find of descriptors, signals, programs and users, on every reactor over sockets. */
import assert from "node:assert/strict";
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import fc from "fast-check";
import { ProcessNotStarted } from "../../src/process/errors.ts";
import type { SpawnProcessOptions } from "../../src/process/spawn-options.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { NotingProcess, SHELL } from "./process-fixtures.ts";
import type { MakeReactor } from "./running.ts";
import { running } from "./running.ts";

/** What a program writes. */
async function output(
  reactor: Reactor,
  executable: string,
  args: readonly string[],
  options: SpawnProcessOptions = {},
): Promise<string> {
  const process = new NotingProcess();
  reactor.spawnProcess(process, executable, args, options);
  await process.ended();
  if (process.end instanceof ProcessNotStarted) throw process.end;
  return process.text();
}

export function processStartConformance(name: string, makeReactor: MakeReactor): void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "hawser-")));
  after(() => rmSync(folder, { recursive: true }));
  const runs = (body: (reactor: Reactor) => Promise<void>) => (): Promise<void> => running(makeReactor, body);
  const linux = { skip: process.platform !== "linux" && "/proc tells what a process has" };

  describe(`${name}: processes, what they find`, () => {
    test(
      "descriptors of ours, come to their places in any order, also where one lies in the place of another",
      linux,
      runs(async (reactor) => {
        const files = Array.from({ length: 4 }, (_, n) => join(folder, `file ${n}`));
        for (const file of files) writeFileSync(file, "");
        const ours = files.map((file) => openSync(file, "r"));
        // Places below them, their own, and beyond.
        const place = fc.oneof(fc.constantFrom(...ours), fc.integer({ min: 2, max: 60 }), fc.constantFrom(0, 200));
        const source = fc.oneof(fc.constantFrom(...ours), fc.constantFrom("r" as const, "w" as const));
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(fc.tuple(place, source), { selector: ([fd]) => fd }), async (pairs) => {
            const childFDs = { ...Object.fromEntries(pairs), 1: "r" as const };
            const places = pairs.map(([fd]) => `/proc/self/fd/${fd}`);
            const text = await output(reactor, "/bin/readlink", ["readlink", "/proc/self/exe", ...places], {
              childFDs,
            });
            const found = text.trim().split("\n").slice(1);
            const expected = pairs.map(([, what]) =>
              typeof what === "number" ? files[ours.indexOf(what)]! : "a stream",
            );
            const named = found.map((link) => (/^(pipe|socket):/.test(link) ? "a stream" : link));
            assert.deepEqual(named, expected);
          }),
          { numRuns: 30 },
        );
        for (const fd of ours) closeSync(fd);
      }),
    );

    test(
      "of 0, 1 and 2, those that are not named are the null device",
      linux,
      runs(async (reactor) => {
        const args = ["readlink", "/proc/self/fd/0", "/proc/self/fd/2"];
        const text = await output(reactor, "/bin/readlink", args, { childFDs: { 1: "r" } });
        assert.equal(text, "/dev/null\n/dev/null\n");
      }),
    );

    test(
      "the streams of the child, wait",
      linux,
      runs(async (reactor) => {
        const text = await output(reactor, "/bin/cat", ["cat", "/proc/self/fdinfo/0", "/proc/self/fdinfo/1"]);
        const flags = [...text.matchAll(/^flags:\s*(\d+)$/gm)].map(([, octal]) => Number.parseInt(octal!, 8));
        assert.equal(flags.length, 2);
        for (const flag of flags) assert.equal(flag & 0o4000, 0, "O_NONBLOCK");
      }),
    );

    test(
      "no signal is ignored or blocked",
      linux,
      runs(async (reactor) => {
        // The runtime ignores SIGPIPE, for one.
        const text = await output(reactor, "/bin/grep", ["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"]);
        assert.equal(text, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
      }),
    );

    test(
      "the group and the session of this process",
      linux,
      runs(async (reactor) => {
        const ids = (stat: string): string[] => stat.slice(stat.lastIndexOf(")")).split(" ").slice(3, 5);
        const theirs = ids(await output(reactor, "/bin/cat", ["cat", "/proc/self/stat"]));
        const ours = ids(await output(reactor, "/bin/cat", ["cat", `/proc/${process.pid}/stat`]));
        assert.deepEqual(theirs, ours);
      }),
    );
  });

  describe(`${name}: processes, where their programs are`, () => {
    const script = (path: string, text: string, mode = 0o755): void => {
      writeFileSync(join(folder, path), text);
      chmodSync(join(folder, path), mode);
    };
    for (const part of ["one", "two", "three"]) mkdirSync(join(folder, part));
    script("two/tool", `#!${SHELL}\necho two\n`);
    script("three/tool", `#!${SHELL}\necho three\n`);
    script("one/forbidden", `#!${SHELL}\necho one\n`, 0o644);
    script("three/forbidden", `#!${SHELL}\necho three\n`);
    script("bare", 'echo "$0" "$@"\n');
    const path = (...parts: string[]): SpawnProcessOptions => ({
      env: { PATH: parts.map((part) => (part === "" ? "" : join(folder, part))).join(":") },
    });

    test(
      "the first one in the child's PATH that may be run",
      runs(async (reactor) => {
        assert.equal(await output(reactor, "tool", ["tool"], path("missing", "one", "two", "three")), "two\n");
        assert.equal(await output(reactor, "tool", ["tool"], path("three", "two")), "three\n");
        assert.equal(await output(reactor, "forbidden", ["x"], path("one", "two", "three")), "three\n");
        // A part that is empty is the folder that the child runs in.
        const there = { ...path("one", ""), path: join(folder, "two") };
        assert.equal(await output(reactor, "tool", ["tool"], there), "two\n");
      }),
    );

    test(
      "without a PATH, in the usual places",
      runs(async (reactor) => {
        assert.equal(await output(reactor, "echo", ["echo", "usual"]), "usual\n");
      }),
    );

    test(
      "none, is an error: that it may not be run, where there was such a one, else that it is missing",
      runs(async (reactor) => {
        const errorOf = async (executable: string, options: SpawnProcessOptions): Promise<string | undefined> => {
          const error = await output(reactor, executable, ["x"], options).catch((thrown: unknown) => thrown);
          assert.ok(error instanceof ProcessNotStarted);
          return error.osError;
        };
        assert.equal(await errorOf("forbidden", path("one", "two")), "EACCES");
        assert.equal(await errorOf("tool", path("one", "missing")), "ENOENT");
        assert.equal(await errorOf("tool", {}), "ENOENT");
        assert.equal(await errorOf("bare/", path("one")), "ENOENT");
      }),
    );

    test(
      "a script that does not say for whom, is for the shell",
      runs(async (reactor) => {
        const bare = join(folder, "bare");
        assert.equal(await output(reactor, bare, ["my-name", "a", "b c"]), `${bare} a b c\n`);
      }),
    );

    test(
      "a descriptor of ours that is closed, is told to the protocol",
      runs(async (reactor) => {
        const process = new NotingProcess();
        reactor.spawnProcess(process, SHELL, ["sh"], { childFDs: { 0: "w", 1: 9_999 } });
        await process.ended();
        assert.deepEqual(process.events, ["made", "lost 0", "exited", "ended"]);
        assert.ok(process.end instanceof ProcessNotStarted);
        assert.equal(process.end.osError, "EBADF");
        assert.match(process.end.message, /expected the descriptors of ours in childFDs to be open/);
      }),
    );
  });
}
