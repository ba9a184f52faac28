/** The programs of `examples/amp`, run as a user runs them; `docs/amp.md` shows pieces of them. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { repositoryRoot } from "../../bench/lib/paths.ts";
import { Program } from "../support/program.ts";

describe("examples/amp", () => {
  test("calculator, calls the one that serves", async () => {
    const server = new Program("examples/amp/calculator");
    try {
      const [, port = ""] = await server.prints(/127\.0\.0\.1 (\d+)/);
      const client = await Program.run("examples/amp/calculator", [port]);
      assert.equal(
        client.stdout,
        "The total is 84.\nThe quotient is 0.5.\nThe quotient is 1.\nThe quotient is 1.5.\nRefused: division 4 is by zero.\n",
        client.stderr,
      );
    } finally {
      assert.equal(await server.stop(), 0, server.stderr);
    }
  });

  test("upgrade, is secured, then handed over", async () => {
    const { stdout, stderr } = await Program.run("examples/amp/upgrade");
    assert.equal(stdout, "upgrade.example says: HELLO!\n", stderr);
  });
});

test("docs/amp.md, shows nothing but what the examples run", () => {
  const examples = join(repositoryRoot(), "examples/amp");
  const sources = readdirSync(examples).map((name) => plain(readFileSync(join(examples, name), "utf8")));
  const document = readFileSync(join(repositoryRoot(), "docs/amp.md"), "utf8");
  const snippets = [...document.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
  assert.ok(snippets.length >= 4, "There are snippets");
  for (const snippet of snippets) {
    assert.ok(
      sources.some((source) => source.includes(plain(snippet))),
      `No example has this:\n${snippet}`,
    );
  }
});

/** Code without what lies at the beginning of its lines. */
function plain(code: string): string {
  return code.replace(/^[ \t]+/gm, "").trim();
}
