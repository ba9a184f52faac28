/** The process, as shells and scripts see it. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "../support/program.ts";
import { PackageFolder } from "./package-folder.ts";

const hawser = fileURLToPath(new URL("../../../bin/hawser", import.meta.url));

function sh(command: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync("bash", ["-c", command], { encoding: "utf8", env: { ...process.env, HAWSER: hawser } });
}

/** With what sets colours made readable. */
function visible(text: string): string {
  return text.replaceAll("\u001b[", "<").replaceAll(/<(\d+)m/g, "<$1>");
}

describe("bin/hawser", () => {
  test("can be called by its name", () => {
    assert.match(sh('"$HAWSER" --version').stdout, /^hawser \d/);
  });

  test("ends quietly where nobody reads any more", () => {
    const { stdout, stderr } = sh('set -o pipefail; "$HAWSER" --help | (exec 0<&-); echo $?');
    assert.deepEqual([stdout, stderr], ["0\n", ""]);
  });

  test("ends with a code that scripts can use", () => {
    assert.equal(sh('"$HAWSER" nothing').status, 2);
    assert.equal(sh('"$HAWSER" --list').status, 0);
  });

  test("runs the service of a package, stops it, and ends", async () => {
    const folder = new PackageFolder();
    folder.writeMotd("node_modules/motd", "motd");
    const program = new Program("bin/hawser", ["motd", "--text", "Good day"], {}, [], folder.path);
    await program.prints(/Good day\n/);
    assert.equal(await program.stop(), 0, program.stderr);
    assert.equal(program.stdout, "Good day\nBye\n");
  });

  test("loads few files until it listens: each costs half a millisecond", async () => {
    const folder = new PackageFolder();
    const program = spawn(process.execPath, [hawser, "echo"], {
      env: { ...process.env, NODE_V8_COVERAGE: folder.path },
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(program.stdout, "data");
    program.kill("SIGTERM");
    await once(program, "close");
    assert.equal(program.exitCode, 0);
    const [report = ""] = readdirSync(folder.path);
    const { result } = JSON.parse(readFileSync(join(folder.path, report), "utf8")) as {
      readonly result: readonly { readonly url: string }[];
    };
    const files = result.map(({ url }) => url).filter((url) => url.startsWith("file:"));
    assert.ok(
      files.some((url) => url.endsWith("/program.js")),
      files.join("\n"),
    );
    assert.ok(files.length <= 16, files.join("\n"));
  });

  test("has colours on a terminal, unless told otherwise", (t) => {
    const terminal = (env: string): string | undefined => {
      const { stdout, error } = spawnSync(
        "script",
        ["-qec", `${env} TERM=xterm "${hawser}" nothing-like-it`, "/dev/null"],
        {
          encoding: "utf8",
          input: "",
        },
      );
      return error === undefined ? visible(stdout) : undefined;
    };
    const coloured = terminal("");
    if (coloured === undefined) return t.skip("script is not installed");
    assert.match(coloured, /^<31>hawser:<39> nothing-like-it: there is no such service/m);
    assert.match(terminal("NO_COLOR=1") ?? "", /^hawser: nothing-like-it: there is no such service/m);
  });

  test("does not get a port below 1024 as somebody without privileges", (t) => {
    if (process.getuid?.() !== 0) return t.skip("needs root to become somebody else");
    const { status, stderr, error } = spawnSync(
      "setpriv",
      [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--bounding-set=-all",
        process.execPath,
        hawser,
        "chat",
        "--listen",
        "tcp:79:interface=127.0.0.1",
      ],
      { encoding: "utf8" },
    );
    if (error !== undefined) return t.skip("setpriv is not installed");
    if (/Cannot find module|EACCES.*(open|hawser)/.test(stderr))
      return t.skip("the checkout cannot be read by everybody");
    assert.match(
      stderr,
      /^hawser: chat: --listen: tcp:79:interface=127\.0\.0\.1: Cannot listen on 127\.0\.0\.1:79: .*EACCES/,
    );
    assert.equal(status, 3);
  });
});
