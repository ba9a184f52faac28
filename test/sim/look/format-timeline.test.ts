import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { formatTimeline } from "../../../src/sim/look/format-timeline.ts";
import { packTimeline } from "../../../src/sim/look/timeline.ts";
import { CLIENT, ConnectionWriter, LogWriter, SERVER, troubles } from "./fixtures.ts";
import { elementsIn, parseXML } from "./well-formed.ts";

test("formatTimeline, is well-formed HTML and XML, with the log's data in it", () => {
  const page = formatTimeline(troubles(), { title: "Run <7>" });
  const elements = elementsIn(parseXML(page));
  assert.equal(elements.find(({ name }) => name === "title")!.text, "Run <7>");
  const data = elements.find(({ attributes }) => attributes["id"] === "data")!;
  assert.deepEqual(JSON.parse(data.text), JSON.parse(JSON.stringify(packTimeline(troubles(), 256))));
  const ids = elements.flatMap(({ attributes }) => attributes["id"] ?? []);
  assert.equal(new Set(ids).size, ids.length);
  // Everything that can be used has a name.
  for (const { name, children, text, attributes } of elements) {
    if (name === "button") assert.ok(/\w/.test(text) || attributes["aria-label"] !== undefined);
    if (name === "label") assert.ok(text.trim() !== "" && children.length === 1);
  }
});

test("formatTimeline, loads nothing, and lets nothing run but its own program", () => {
  const page = formatTimeline(troubles());
  const elements = elementsIn(parseXML(page));
  assert.ok(elements.every(({ attributes }) => attributes["src"] === undefined && attributes["href"] === undefined));
  const policy = elements.find(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy")!.attributes[
    "content"
  ]!;
  const hash = (content: string): string => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
  // As a browser finds them in HTML: all that stands between the tags.
  const [script] = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, content]) => content!);
  const [style] = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, content]) => content!);
  assert.equal(policy, `default-src 'none'; style-src ${hash(style!)}; script-src ${hash(script!)}`);
  // No element is styled and none has a program in an attribute, for the policy forbids both.
  assert.ok(
    elements.every(({ attributes }) =>
      Object.keys(attributes).every((name) => name !== "style" && !name.startsWith("on")),
    ),
  );
});

test("formatTimeline, cannot be broken out of, whatever names, texts and payloads are", () => {
  const evils = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "\u2028\u2029\ud800\ufffe\u0000\u0085",
    "</title><b>",
    "\"'&amp;",
  ];
  const log = new LogWriter();
  for (const evil of evils) {
    log.lost(2, log.sent(1, { ...CLIENT, host: evil, address: evil }, SERVER, { data: evil, protocol: "unix" }), evil);
    log.event(3, "fault", "", evil);
    log.event(4, "note", evil, evil);
  }
  const page = formatTimeline(log.events, { title: evils.join("") });
  const harmless = elementsIn(parseXML(formatTimeline([]))).map(({ name }) => name);
  const elements = elementsIn(parseXML(page));
  assert.deepEqual(
    elements.map(({ name }) => name).filter((name) => name !== "option"),
    harmless.filter((name) => name !== "option"),
  );
  // As a browser reads it: the data and the program are the only scripts, and both end where they should.
  assert.equal([...page.matchAll(/<script/g)].length, 2);
  assert.equal([...page.matchAll(/<\/script/g)].length, 2);
  assert.doesNotMatch(page, /<!--/);
  const data = elements.find(({ attributes }) => attributes["id"] === "data")!;
  const { hosts, texts } = JSON.parse(data.text) as { hosts: string[]; texts: string[] };
  for (const evil of evils) assert.ok(hosts.includes(evil) && texts.includes(evil), evil);
});

test("formatTimeline, has as many bytes of payloads as it is told to", () => {
  const log = new LogWriter();
  log.sent(0, CLIENT, SERVER, { data: "0123456789" });
  assert.ok(!formatTimeline(log.events, { payload: 4 }).includes("01234"));
  assert.ok(formatTimeline(log.events, { payload: 4 }).includes("0123"));
  assert.ok(formatTimeline(log.events).includes("0123456789"));
});

test("formatTimeline, formats 100,000 events into a few megabytes", { timeout: 30_000 }, () => {
  const log = new LogWriter();
  const connection = new ConnectionWriter(log, 1).open();
  while (log.events.length < 100_000) connection.say(connection.client, "0123456789");
  assert.ok(formatTimeline(log.events).length < 5_000_000);
});
