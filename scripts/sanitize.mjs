/**
 * `npm run sanitize`: the tests of the native core with a core that watches its memory.
 *
 * Builds everything, then the core with AddressSanitizer and UndefinedBehaviorSanitizer into the place where the tests look for it, runs the tests that use it,
 * and builds the usual one again. With `valgrind` installed, a smoke test runs under it as well. Leaks are not looked for: the runtime has its
 * own ways with memory at its end.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { buildNative } from "./build-native.mjs";
import { listFiles, repositoryRoot } from "./lib/files.mjs";
import { runCommand } from "./lib/run-command.mjs";

const FLAGS = [
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=undefined",
  "-fno-omit-frame-pointer",
  "-g",
  "-O1",
];
/** Below here are the tests that drive the core; those with a load take too long. */
const TESTS = [
  "dist/test/native",
  "dist/test/reactor/epoll",
  "dist/test/transport/unix-connection",
  "dist/test/conformance/epoll.test",
  "dist/test/conformance/epoll-datagrams",
  "dist/test/conformance/epoll-process.test",
  "dist/test/conformance/epoll-tls.test",
  "dist/test/tls/native",
];
const SMOKE_TEST = "dist/test/native/smoke-program.js";
const BINARY = join(repositoryRoot, "dist/native/hawser.node");
/** What a sanitizer or valgrind says of the core, or of what it has called. */
const TROUBLE = /ERROR: AddressSanitizer|runtime error:|Invalid (read|write) of size/;

const complaints = await build(repositoryRoot);
if (complaints !== "") fail(complaints);
else await sanitize();

async function sanitize() {
  const library = (await runCommand(process.env["CC"] ?? "cc", ["-print-file-name=libasan.so"])).output.trim();
  const { complaints: wrong, skipped } = await buildNative(repositoryRoot, { flags: FLAGS });
  if (skipped !== "") return console.log(`Nothing to look at: ${skipped}`);
  if (wrong !== "") return fail(wrong);
  try {
    const files = TESTS.flatMap((start) =>
      listFiles(repositoryRoot, "dist/test", ".test.js").filter((file) => file.startsWith(start)),
    );
    Object.assign(process.env, {
      LD_PRELOAD: library,
      // Node's own allocations are not ours to judge, and V8's stacks are not what it expects.
      ASAN_OPTIONS: "detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=0",
      UBSAN_OPTIONS: "print_stacktrace=1",
    });
    const { code, output } = await runCommand(process.execPath, ["--test", ...files], { cwd: repositoryRoot });
    report("sanitizers", code, output);
  } finally {
    delete process.env["LD_PRELOAD"];
    rmSync(BINARY, { force: true });
    await buildNative(repositoryRoot);
  }
  await runValgrind();
}

async function runValgrind() {
  const args = ["--error-exitcode=99", "--trace-children=no", "--smc-check=all-non-file", "--undef-value-errors=no"];
  const program = [process.execPath, "--jitless", SMOKE_TEST];
  const { code, output } = await runCommand("valgrind", [...args, ...program], { cwd: repositoryRoot });
  if (code === 127) console.log("valgrind is not installed: the smoke test was left out");
  else report("valgrind", code, output);
}

/**
 * @param {string} name
 * @param {number} code
 * @param {string} output
 */
function report(name, code, output) {
  const lines = output.split("\n");
  const summary = lines.filter((line) => /^(# |ℹ )(tests|pass|fail|skipped) |ERROR SUMMARY/.test(line)).join(", ");
  console.log(`${name}: exit code ${code}; ${summary}`);
  if (code === 0 && !TROUBLE.test(output)) return;
  fail(
    lines
      .filter((line) => /not ok|✖|Sanitizer|runtime error|^ +#\d|==\d+==|error:/.test(line))
      .slice(0, 80)
      .join("\n"),
  );
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
