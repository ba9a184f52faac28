import assert from "node:assert/strict";
import { test } from "node:test";
import type { Subject } from "../../../bench/lib/question.ts";
import { figuresIn, runSubject } from "../../../bench/lib/run-subject.ts";

const evaluate = (program: string): Subject => ({ name: "it", command: [process.execPath, "--eval", program] });

test("figuresIn, reads the last line, of any kind", () => {
  assert.deepEqual(figuresIn('warm\n{"opsPerSecond": 12.5}\n'), { "": { opsPerSecond: 12.5 } });
  assert.deepEqual(figuresIn('{"bytesPerSecond": 1e9}'), { "": { bytesPerSecond: 1e9 } });
  assert.deepEqual(figuresIn('{"seconds": -1e-9}'), { "": { seconds: -1e-9 } });
  assert.deepEqual(figuresIn('{"bytes": 2100}'), { "": { bytes: 2100 } });
});

test("figuresIn, reads several by their names", () => {
  const several = '{"p50": {"seconds": 0.1}, "processor": {"seconds": 2}}';
  assert.deepEqual(figuresIn(several), { p50: { seconds: 0.1 }, processor: { seconds: 2 } });
});

test("figuresIn, is undefined, for anything else", () => {
  const others = [
    "",
    "fast",
    "{}",
    "12",
    '{"opsPerSecond": 0}',
    '{"seconds": "1"}',
    '{"seconds": null}',
    '{"seconds": 1}\nafterwards',
    '{"p50": {"seconds": 1}, "p99": {}}',
    '{"p50": {"seconds": 1}, "p99": 2}',
    "null",
  ];
  for (const other of others) assert.equal(figuresIn(other), undefined, other);
});

test("runSubject, tells the program for how long to measure, and gives its figure", async () => {
  const program = "console.log(JSON.stringify({ seconds: Number(process.env.BENCH_SECONDS) }))";
  assert.deepEqual(await runSubject(evaluate(program), { seconds: 0.25 }), { "": { seconds: 0.25 } });
});

test("runSubject, tells the program how fast to be, when it is asked to", async () => {
  const program = "console.log(JSON.stringify({ opsPerSecond: Number(process.env.BENCH_RATE) }))";
  assert.deepEqual(await runSubject(evaluate(program), { seconds: 1, rate: 40 }), { "": { opsPerSecond: 40 } });
});

test("runSubject, rejects with what the program said, when it fails, prints no figure or is missing", async () => {
  const options = { seconds: 1 };
  const failing = evaluate('console.error("no good reason"); process.exit(3)');
  await assert.rejects(runSubject(failing, options), /Cannot run it: no good reason/);
  await assert.rejects(runSubject(evaluate('console.log("no idea")'), options), /no figure in "no idea"/);
  await assert.rejects(
    runSubject({ name: "it", command: ["/nonexistent/program"] }, options),
    /Cannot run it: .*ENOENT/,
  );
});

test("runSubject, starts the program through taskset, when it is to be pinned", async () => {
  const outcome = await runSubject(evaluate("console.log(1)"), { seconds: 1, pin: "no-processor" }).catch(
    (error: Error) => error,
  );
  assert.match(String(outcome), /taskset|ENOENT/);
});
