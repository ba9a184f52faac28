import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import "../../support/quiet-logs.ts";
import { connectedHosts } from "../connected-hosts.ts";

test("timeline, of a network, writes a page, a picture, the packets and the log", async () => {
  const { net, client } = await connectedHosts({ seed: 3, record: "bytes" });
  client.transport.write("a visible payload");
  await net.run({ for: 1 });
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  try {
    const files = net.timeline(join(folder, "made", "for it"));
    const [html, svg, log] = [files.html, files.svg, files.log].map((file) => readFileSync(file, "utf8"));
    assert.match(html!, /^<!DOCTYPE html>[^]*<title>Seed 3, /);
    assert.match(svg!, /<svg [^]*server[^]*<\/svg>/);
    assert.equal(log, net.log());
    const packets = readFileSync(files.pcapng);
    assert.equal(packets.readUInt32LE(0), 0x0a0d0d0a);
    assert.ok(packets.includes("a visible payload"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
