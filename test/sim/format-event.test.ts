import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatEvent, formatEvents } from "../../src/sim/format-event.ts";
import type { Packet, SimulationEvent } from "../../src/sim/simulation-event.ts";

const PACKET: Packet = {
  id: 17,
  flow: 3,
  protocol: "tcp",
  from: { host: "a", address: "10.0.0.1", port: 4000 },
  to: { host: "b", address: "10.0.0.2", port: 80 },
  flags: "A",
  sequence: 5,
  acknowledged: 7,
  size: 12,
  payload: undefined,
};

function event(properties: Partial<SimulationEvent>): SimulationEvent {
  return { time: 0, kind: "note", host: "a", text: "", packet: undefined, ...properties };
}

describe("formatEvent", () => {
  test("writes the time in seconds with all digits of its nanoseconds", () => {
    for (const [time, text] of [
      [0, "0.000000000"],
      [1, "0.000000001"],
      [1_500_000, "0.001500000"],
      [3_600_000_000_001, "3600.000000001"],
      [Number.MAX_SAFE_INTEGER, "9007199.254740991"],
    ] as const) {
      assert.equal(formatEvent(event({ time })), `${text} a note`);
    }
  });

  test("writes segments, datagrams and what stays inside a host", () => {
    const line = (packet: Partial<Packet>, text = ""): string =>
      formatEvent(event({ kind: "sent", packet: { ...PACKET, ...packet }, text }));
    assert.equal(line({}), "0.000000000 a sent tcp#3 a 10.0.0.1:4000 > b 10.0.0.2:80 A seq 5 ack 7 size 12 packet 17");
    assert.equal(
      line({ protocol: "udp", flow: 0, flags: "", to: { host: "b", address: "fd00::2", port: 53 } }, "too long"),
      "0.000000000 a sent udp a 10.0.0.1:4000 > b [fd00::2]:53 size 12 packet 17 too long",
    );
    const path = { host: "a", address: "/run/my socket", port: 0 };
    assert.equal(
      line({ protocol: "unix", flags: "FA", from: { ...path, address: "" }, to: path }),
      "0.000000000 a sent unix#3 a - > a /run/my\\x20socket FA seq 5 ack 7 size 12 packet 17",
    );
  });

  test("escapes what could be taken for something else", () => {
    for (const [text, escaped] of [
      ["one\ntwo\r\n", "one\\ntwo\\x0d\\n"],
      ["tab\t, escape \u001b[2J, C1 \u0085", "tab\\x09, escape \\x1b[2J, C1 \\x85"],
      ["line \u2028 and paragraph \u2029", "line \\u{2028} and paragraph \\u{2029}"],
      ["turned \u202e round", "turned \\u{202e} round"],
      ["half \ud83d of one, a whole \ud83d\ude00", "half \\u{d83d} of one, a whole \ud83d\ude00"],
      ["a \\ and \\n", "a \\\\ and \\\\n"],
      ["grüße, 漢字", "grüße, 漢字"],
    ] as const) {
      assert.equal(formatEvent(event({ text })), `0.000000000 a note ${escaped}`);
    }
    assert.equal(formatEvent(event({ host: "" })), "0.000000000 - note");
    assert.equal(formatEvent(event({ host: "-" })), "0.000000000 \\x2d note");
    assert.equal(formatEvent(event({ host: "a note x\n" })), "0.000000000 a\\x20note\\x20x\\n note");
    assert.equal(formatEvent(event({ host: "漢" })), "0.000000000 \\u{6f22} note");
  });

  test("property: a line each, from which host and text can be read again", () => {
    const unescape = (text: string): string =>
      text.replace(/\\(?:x(..)|u\{(.*?)\}|(.))/g, (_, byte: string, unit: string, other: string) =>
        other === undefined ? String.fromCodePoint(Number.parseInt(byte ?? unit, 16)) : other === "n" ? "\n" : other,
      );
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1 }),
        fc.string({ unit: "binary", minLength: 1 }),
        (host, text) => {
          const line = formatEvent(event({ host, text }));
          assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u);
          const [time, writtenHost, kind, ...words] = line.split(" ");
          assert.deepEqual([time, kind], ["0.000000000", "note"]);
          assert.equal(unescape(writtenHost!), host);
          assert.equal(unescape(words.join(" ")), text);
        },
      ),
    );
  });
});

test("formatEvents, ends each line, and writes nothing for no events", () => {
  const events = [event({ kind: "boot" }), event({ time: 1e9, text: "up" })];
  assert.equal(formatEvents(events), "0.000000000 a boot\n1.000000000 a note up\n");
  assert.equal(formatEvents([]), "");
});
