import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CommandError } from "../../src/cli/errors.ts";
import { ExitCode } from "../../src/cli/exit-code.ts";
import { runProgram } from "../../src/cli/run-program.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";

describe("runProgram", () => {
  test("starts, waits for the end, and stops", async () => {
    const said: string[] = [];
    const reactor = new NodeReactor();
    const code = await runProgram(
      reactor,
      () => ({
        privilegedStartService: () => said.push("privileged"),
        startService: () => {
          said.push("start");
          reactor.callLater(0, () => reactor.stop());
        },
        stopService: async () => {
          await Promise.resolve();
          said.push("stop");
        },
      }),
      (error) => assert.fail(String(error)),
    );
    assert.deepEqual([code, said], [ExitCode.fine, ["privileged", "start", "stop"]]);
  });

  test("ends when a function is over", async () => {
    assert.equal(
      await runProgram(
        new NodeReactor(),
        () => "over",
        () => assert.fail(),
      ),
      ExitCode.fine,
    );
  });

  test("reports what cannot be made, started or stopped, and ends with its code", async () => {
    const startService = (): void => {};
    const stopService = (): void => {};
    const fails = (error: Error) => (): never => {
      throw error;
    };
    const plain = new Error("Oh");
    const ours = new CommandError("in use", ExitCode.cannotListen);
    const cases: [() => Parameters<typeof runProgram>[1], unknown, ExitCode][] = [
      [() => fails(plain), plain, ExitCode.failed],
      [() => () => ({ startService: fails(ours), stopService }), ours, ExitCode.cannotListen],
      [() => () => ({ privilegedStartService: fails(ours), startService, stopService }), ours, ExitCode.cannotListen],
    ];
    for (const [make, error, exitCode] of cases) {
      const errors: unknown[] = [];
      assert.equal(await runProgram(new NodeReactor(), make(), (each) => errors.push(each)), exitCode);
      assert.deepEqual(errors, [error]);
    }
    const reactor = new NodeReactor();
    const errors: unknown[] = [];
    const make = () => ({
      startService: () => void reactor.callLater(0, () => reactor.stop()),
      stopService: fails(plain),
    });
    assert.equal(await runProgram(reactor, make, (each) => errors.push(each)), ExitCode.failed);
    assert.deepEqual(errors, [plain]);
  });

  test("does not complain about a start that was given up by stopping", async () => {
    const reactor = new NodeReactor();
    const starting = new Deferred<void>();
    const make = () => ({
      startService: () => {
        reactor.callLater(0, () => reactor.stop());
        return starting;
      },
      stopService: () => starting.cancel(),
    });
    assert.equal(await runProgram(reactor, make, (error) => assert.fail(String(error))), ExitCode.fine);
  });
});
