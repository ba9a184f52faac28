import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PIDFileHeldError } from "../../src/application/errors.ts";
import { PIDFile } from "../../src/application/pid-file.ts";

const folder = mkdtempSync(join(tmpdir(), "pid-file-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${files++}.pid`);

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "close");
  return child.pid!;
}

test("PIDFile, has the number of the process while it is held", () => {
  const path = newPath();
  const file = new PIDFile(path);
  assert.equal(file.held, false);
  file.acquire();
  file.acquire();
  assert.equal(file.held, true);
  assert.equal(readFileSync(path, "utf8"), `${process.pid}\n`);
  assert.equal(statSync(path).mode & 0o133, 0);
  file.release();
  file.release();
  assert.equal(existsSync(path), false);
});

test("PIDFile, is refused where a process that is there has it", () => {
  const path = newPath();
  writeFileSync(path, `${process.ppid}\n`);
  const file = new PIDFile(path);
  assert.equal(file.runningProcess(), process.ppid);
  assert.throws(
    () => file.acquire(),
    (error: PIDFileHeldError) => error instanceof PIDFileHeldError && error.pid === process.ppid,
  );
  assert.equal(file.held, false);
  file.release();
  assert.equal(readFileSync(path, "utf8"), `${process.ppid}\n`);
});

test("PIDFile, is taken from a process that is dead, and where it says nothing", async () => {
  for (const text of [`${await deadProcess()}\n`, "", "no number", "-1", "0", `${process.pid}\n`]) {
    const path = newPath();
    writeFileSync(path, text);
    const file = new PIDFile(path);
    assert.equal(file.runningProcess(), undefined);
    file.acquire();
    assert.equal(readFileSync(path, "utf8"), `${process.pid}\n`);
    file.release();
  }
});

test("PIDFile, leaves nothing beside it", () => {
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.endsWith(".pid")),
    [],
  );
});

test("PIDFile, that somebody else has taken meanwhile is not removed", () => {
  const path = newPath();
  const file = new PIDFile(path);
  file.acquire();
  writeFileSync(path, "1\n");
  file.release();
  assert.equal(existsSync(path), true);
});

test("PIDFile, says what the system says where it cannot be written", () => {
  assert.throws(() => new PIDFile(join(folder, "missing", "a.pid")).acquire(), { code: "ENOENT" });
  assert.throws(() => new PIDFile(""), TypeError);
});

test("PIDFile, is had by one of many who want it at once, also where it was left behind", async () => {
  const path = newPath();
  writeFileSync(path, `${await deadProcess()}\n`);
  const module = new URL("../../src/application/pid-file.js", import.meta.url).href;
  // Each says what came of it, and stays until all have.
  const code = `
    import { PIDFile } from ${JSON.stringify(module)};
    try { new PIDFile(${JSON.stringify(path)}).acquire(); console.log("has"); } catch (error) { console.log(error.code); }
    process.stdin.resume().on("end", () => {});`;
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, ["--input-type=module", "-e", code]));
  const answers = await Promise.all(
    children.map(async ({ stdout, stderr }) => {
      stderr.pipe(process.stderr);
      const [answer] = (await once(stdout, "data")) as [Buffer];
      return answer.toString().trim();
    }),
  );
  for (const child of children) child.stdin.end();
  await Promise.all(children.map((child) => once(child, "close")));
  assert.deepEqual(answers.toSorted(), [...Array.from({ length: 5 }, () => "ERR_PID_FILE_HELD"), "has"]);
});
