/** Runs what `docs/inetd.md` shows. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Application } from "../../src/application/application.ts";
import { InetdService } from "../../src/inetd/inetd-service.ts";
import { parseInetdConf } from "../../src/inetd/wire/parse-inetd-conf.ts";
import { parseServices } from "../../src/inetd/wire/service-names.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";

const root = rootOf(dirname(fileURLToPath(import.meta.url)));
const document = readFileSync(join(root, "docs/inetd.md"), "utf8");
const blocks = Array.from(document.matchAll(/^```(\w*)\n(.*?)^```$/gms), ([, kind, text = ""]) => ({ kind, text }));
const [sample = "", problem = ""] = textsOf("");

test("docs/inetd.md, shows a file that can be used, with everything that there is", () => {
  const { entries, problems } = parseInetdConf(sample, { services: parseServices("echo 7/tcp\ntftp 69/udp") });
  assert.deepEqual(problems, []);
  assert.deepEqual(new Set(entries.map(({ protocol }) => protocol)), new Set(["tcp", "tcp6", "udp", "unix"]));
  const wrong = parseInetdConf("\n\n1 strem tcp nowait root internal");
  assert.equal(problem, `${wrong.problems[0]!.message}\n`);
});

test("docs/inetd.md, reloading", (context) => {
  const reactor = new MemoryReactorClock();
  const application = new Application("example");
  const readInetdConf = (file: string) => parseInetdConf("8007 stream tcp nowait root internal echo", { file });
  context.after(() => process.removeAllListeners("SIGHUP"));

  const inetd = new InetdService(reactor, readInetdConf("/etc/inetd.conf"), { maxPerPeer: 20 });
  inetd.setServiceParent(application);
  process.on("SIGHUP", () => void inetd.reconfigure(readInetdConf("/etc/inetd.conf")));

  application.startService();
  process.emit("SIGHUP");
  assert.deepEqual([inetd.problems, inetd.listening.length], [[], 1]);
});

test("docs/inetd.md, shows only what is run here", () => {
  const source = withoutIndentation(readFileSync(join(root, "test/inetd/document.test.ts"), "utf8"));
  const snippets = textsOf("ts");
  assert.equal(snippets.length, 1);
  for (const snippet of snippets) assert.ok(source.includes(withoutIndentation(snippet)), `not run: ${snippet}`);
});

function textsOf(kind: string): string[] {
  return blocks.filter((block) => block.kind === kind).map(({ text }) => text);
}

function withoutIndentation(code: string): string {
  return code.replace(/^ +/gm, "");
}

/** The folder of the package, wherever this has been compiled to. */
function rootOf(folder: string): string {
  return existsSync(join(folder, "docs/inetd.md")) ? folder : rootOf(dirname(folder));
}
