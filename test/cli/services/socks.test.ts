import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { socks } from "../../../src/cli/services/socks.ts";
import { Program } from "../../support/program.ts";
import { PackageFolder } from "../package-folder.ts";

/** What curl says, and what it ends with; `undefined` where there is none. */
function curl(...args: string[]): Promise<[code: number | null, text: string] | undefined> {
  return new Promise((resolve) => {
    const child = spawn("curl", ["--silent", "--max-time", "20", ...args]);
    let text = "";
    child.stdout.on("data", (data: Buffer) => (text += data.toString()));
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve([code, text]));
  });
}

test("socks, lets in those of the file, to what is allowed", async (t) => {
  const web = createServer((_, response) => response.end("Hello"));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const { port } = web.address() as AddressInfo;
  const folder = new PackageFolder();
  folder.write("users", "# those who may\nada:secret\n");
  const users = `${folder.path}/users`;
  const program = new Program("bin/hawser", [socks.name, "--users", users, "--allow-private", `--allow-port=${port}`]);
  const [, proxy] = await program.prints(/socks listens on (127\.0\.0\.1:\d+)\n/);
  const url = `http://127.0.0.1:${port}/`;
  const right = await curl("--proxy", `socks5h://ada:secret@${proxy}`, url);
  const wrong = await curl("--proxy", `socks5h://ada:guess@${proxy}`, url);
  const elsewhere = await curl("--proxy", `socks5h://ada:secret@${proxy}`, "http://127.0.0.1:1/");
  assert.equal(await program.stop(), 0, program.stderr);
  web.close();
  if (right === undefined) return t.skip("curl is not installed");
  assert.deepEqual(right, [0, "Hello"]);
  assert.deepEqual([wrong?.[0], elsewhere?.[0]], [97, 97]);
});

test("socks, says what is wrong with the file of users", async () => {
  const folder = new PackageFolder();
  folder.write("users", "ada:secret\nbob\n");
  const program = await Program.run("bin/hawser", ["socks", "--users", `${folder.path}/users`]);
  assert.match(program.stderr, /^hawser: socks: --users: line 2 of .*users is no user, expected NAME:PASSWORD$/m);
  assert.equal(await program.ended(), 5);
  const nowhere = await Program.run("bin/hawser", ["socks", "--users", `${folder.path}/nowhere`]);
  assert.match(nowhere.stderr, /^hawser: socks: --users: ENOENT/m);
});
