import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeItem,
  escapeMarkup,
  hexDump,
  markText,
  packetText,
  payloadText,
  searchText,
  timeText,
} from "../../../src/sim/look/timeline-text.ts";
import { packTimeline, unpackTimeline } from "../../../src/sim/look/timeline.ts";
import type { TimelinePacket } from "../../../src/sim/look/timeline.ts";
import { CLIENT6, LogWriter, SERVER6, cleanConnection, troubles } from "./fixtures.ts";
import { parseXML } from "./well-formed.ts";

test("timeText, has the unit that is best, and every nanosecond", () => {
  const texts: [number, string][] = [
    [0, "0"],
    [1, "1 ns"],
    [999, "999 ns"],
    [1000, "1 µs"],
    [1500, "1.5 µs"],
    [100_000, "100 µs"],
    [1_000_001, "1.000001 ms"],
    [20_000_000, "20 ms"],
    [1_000_000_000, "1 s"],
    [2_250_000_000, "2.25 s"],
    [59_999_999_999, "59.999999999 s"],
    [60_000_000_000, "1:00"],
    [61_500_000_000, "1:01.5"],
    [3_600_000_000_000, "1:00:00"],
    [3_723_000_000_001, "1:02:03.000000001"],
    [360_000_000_000_000, "100:00:00"],
  ];
  for (const [nanoseconds, text] of texts) assert.equal(timeText(nanoseconds), text);
});

test("payloadText, shows UTF-8 as what it is, other bytes one by one, and fits into its room", () => {
  assert.equal(payloadText(Buffer.from('größe "x"\r\n\0%41').toString("latin1"), 40), 'größe "x"\\r\\n\\u0000%41');
  assert.equal(payloadText("\xff\x80a", 40), "ÿ\\x80a");
  assert.equal(payloadText("abcdefgh", 5), "abcd…");
  assert.equal(payloadText("abcde", 5), "abcde");
});

test("packetText, says what a packet is", () => {
  const packet = (flags: string, size: number, payload?: string): string =>
    packetText({ flags, size, payload } as TimelinePacket);
  assert.equal(packet("S", 0), "SYN");
  assert.equal(packet("SA", 0, ""), "SYN ACK");
  assert.equal(packet("A", 0), "ACK");
  assert.equal(packet("A", 5, "hello"), "5 B hello");
  assert.equal(packet("FA", 3), "FIN 3 B");
  assert.equal(packet("R", 0), "RST");
  assert.equal(packet("", 0), "0 B");
});

test("markText, says what a mark is, and cuts what is long", () => {
  const { items } = unpackTimeline(packTimeline(troubles(), 10));
  const texts = items.filter(({ packet }) => packet === undefined).map((item) => markText(item));
  assert.ok(texts.includes("crash"));
  assert.ok(texts.includes('waiting <patiently> & "quietly"'));
  assert.ok(texts.includes("error: Error: no answer"));
  assert.ok(texts.includes("partition: client from server for 2 s"));
  assert.equal(markText({ ...items[0]!, kind: "note", text: "x".repeat(99) }), `${"x".repeat(59)}…`);
});

test("searchText, has names, addresses, flows, texts and payloads", () => {
  const timeline = unpackTimeline(packTimeline(cleanConnection(12), 100));
  const index = timeline.items.findIndex(({ packet }) => packet!.payload === "good day\r\n");
  const text = searchText(timeline, index);
  for (const part of ["client", "server", "10.0.0.1:40000", "10.0.0.2:7", "tcp", "#12", "good day", "arrived"]) {
    assert.ok(text.includes(part), part);
  }
});

test("escapeMarkup, lets nothing through that is markup, or no character of XML", () => {
  const text = "<a href='x'>&\"\0\u0008\ud800\uffff\u{1f600}\t";
  assert.equal(escapeMarkup(text), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\ufffd\ufffd\ufffd\ufffd\u{1f600}\t");
  assert.equal(parseXML(`<p>${escapeMarkup("<&>\"'")}</p>`).text, "<&>\"'");
});

test("hexDump, has 16 bytes on a line, as numbers and as text", () => {
  const dump = hexDump("GET /index.html\r\n\xff");
  assert.equal(
    dump,
    [
      "0000  47 45 54 20 2f 69 6e 64 65 78 2e 68 74 6d 6c 0d  GET /index.html.",
      "0010  0a ff                                            ..",
    ].join("\n"),
  );
});

test("describeItem, says all of a packet", () => {
  const log = new LogWriter();
  const details = { flow: 3, protocol: "tcp", flags: "A", sequence: 7, acknowledged: 9, size: 4 } as const;
  log.lost(2_000_000, log.sent(500, CLIENT6, SERVER6, { ...details, payload: Buffer.from("ab") }), "the link is cut");
  log.sent(3_000_000, CLIENT6, SERVER6, { size: 4 });
  const timeline = unpackTimeline(packTimeline(log.events, 100));
  assert.deepEqual(describeItem(timeline, timeline.items[0]!), [
    ["packet", "1, tcp, flow 3"],
    ["from", "client [fd00::1]:40001"],
    ["to", "server [fd00::2]:7"],
    ["sent", "500 ns"],
    ["lost", "2 ms, after 1.9995 ms"],
    ["why", "the link is cut"],
    ["flags", "ACK"],
    ["sequence", "7"],
    ["acknowledged", "9"],
    ["size", "4 bytes"],
    ["bytes", "the first 2 of 4"],
  ]);
  assert.deepEqual(describeItem(timeline, timeline.items[1]!).slice(3), [
    ["sent", "3 ms"],
    ["then", "the log does not say what became of it"],
    ["size", "4 bytes"],
    ["bytes", "not in the log"],
  ]);
});

test("describeItem, says all of a mark and of a span", () => {
  const log = new LogWriter();
  log.event(1000, "boot", "a");
  log.event(1000, "fault", "", "all is strange");
  log.event(3000, "heal", "", "all is strange");
  const timeline = unpackTimeline(packTimeline(log.events, 100));
  assert.deepEqual(describeItem(timeline, timeline.items[0]!), [
    ["what", "boot"],
    ["at", "1 µs"],
    ["host", "a"],
  ]);
  assert.deepEqual(describeItem(timeline, timeline.items[1]!), [
    ["what", "fault"],
    ["at", "1 µs"],
    ["until", "3 µs, for 2 µs"],
    ["hosts", "all, or none in particular"],
    ["text", "all is strange"],
  ]);
});
