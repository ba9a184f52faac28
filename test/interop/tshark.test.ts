/** The packets of a simulated network, as tshark reads them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { formatPcapng } from "../../src/sim/look/format-pcapng.ts";
import type { PcapngOptions } from "../../src/sim/look/format-pcapng.ts";
import type { SimulationEvent } from "../../src/sim/simulation-event.ts";
import { peer } from "../support/peers.ts";
import {
  CLIENT,
  CLIENT6,
  ConnectionWriter,
  LogWriter,
  SERVER,
  SERVER6,
  cleanConnection,
  datagrams,
  troubles,
} from "../sim/look/fixtures.ts";

const { command, skip } = peer("tshark");
const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

const CHECKSUMS = ["ip", "tcp", "udp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);

function tshark(events: readonly SimulationEvent[], args: readonly string[], options?: PcapngOptions): string {
  const path = join(folder, "capture.pcapng");
  writeFileSync(path, formatPcapng(events, options));
  const { status, stdout, stderr } = spawnSync(command, ["-r", path, "-N", "n", ...CHECKSUMS, ...args], {
    encoding: "utf8",
    env: { ...process.env, HOME: folder, LC_ALL: "C.UTF-8", TZ: "UTC" },
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** What tshark may hold against a packet. */
const JUDGEMENTS = [
  "_ws.malformed",
  "_ws.expert.severity",
  "ip.checksum.status",
  "tcp.checksum.status",
  "udp.checksum.status",
] as const;
const BAD_CHECKSUM = "0";
const WARNING = 0x0060_0000;

/**
 * The values of `fields` of each packet that `filter` lets through. None of these may be malformed or have a wrong checksum, and nothing may
 * be remarked that is more than a note on what streams do, but for a reset.
 */
function fieldsOf(
  events: readonly SimulationEvent[],
  fields: readonly string[],
  filter = "",
  options?: PcapngOptions,
): string[][] {
  const wanted = [...JUDGEMENTS, "_ws.expert.message", ...fields].flatMap((field) => ["-e", field]);
  const output = tshark(events, ["-T", "fields", ...wanted, ...(filter === "" ? [] : ["-Y", filter])], options);
  return output
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [malformed, severities = "", ip, tcp, udp, remarks, ...values] = line.split("\t");
      assert.equal(malformed, "", line);
      assert.ok(
        severities.split(",").every((severity) => Number(severity) < WARNING) || remarks === "Connection reset (RST)",
        remarks,
      );
      for (const status of [ip, tcp, udp]) assert.notEqual(status, BAD_CHECKSUM, line);
      return values;
    });
}

function connection(
  ends: readonly [typeof CLIENT, typeof SERVER],
  body: (connection: ConnectionWriter) => void,
): readonly SimulationEvent[] {
  const log = new LogWriter();
  body(new ConnectionWriter(log, 1, ends));
  return log.events;
}

const ECHOED = [CLIENT, { ...SERVER, port: 40_007 }] as const;
const ECHOED6 = [CLIENT6, { ...SERVER6, port: 40_007 }] as const;

describe("tshark", { skip }, () => {
  test("reads all packets of a clean stream as the log has them, with SYN and FIN in the numbers, and has nothing to note", () => {
    const fields = ["tcp.flags.str", "tcp.seq", "tcp.ack", "tcp.len", "tcp.checksum.status", "ip.checksum.status"];
    const read = fieldsOf(cleanConnection(), [...fields, "tcp.analysis.flags"]).map(([flags, ...others]) => [
      flags!.replaceAll("·", ""),
      ...others,
    ]);
    assert.deepEqual(read, [
      ["S", "0", "0", "0", "1", "1", ""],
      ["AS", "0", "1", "0", "1", "1", ""],
      ["A", "1", "1", "0", "1", "1", ""],
      ["AP", "1", "1", "7", "1", "1", ""],
      ["A", "1", "8", "0", "1", "1", ""],
      ["AP", "1", "8", "10", "1", "1", ""],
      ["A", "8", "11", "0", "1", "1", ""],
      ["AP", "8", "11", "1448", "1", "1", ""],
      ["A", "11", "1456", "0", "1", "1", ""],
      ["AP", "11", "1456", "5", "1", "1", ""],
      ["A", "1456", "16", "0", "1", "1", ""],
      ["AF", "1456", "16", "0", "1", "1", ""],
      ["A", "16", "1457", "0", "1", "1", ""],
      ["AF", "16", "1457", "0", "1", "1", ""],
      ["A", "1457", "17", "0", "1", "1", ""],
    ]);
  });

  for (const at of ["client", "server"]) {
    test(`has nothing to note on a clean stream, when it listens at the ${at}`, () => {
      const read = fieldsOf(cleanConnection(), ["tcp.analysis.flags"], "", { at });
      assert.equal(read.length, 15);
      assert.deepEqual(
        read,
        Array.from(read, () => [""]),
      );
    });
  }

  for (const [version, ends] of [
    [4, ECHOED],
    [6, ECHOED6],
  ] as const) {
    test(`follows a stream over IP version ${version}, with losses and segments too long for IP`, () => {
      const long = Buffer.alloc(140_001, "0123456789abcde");
      const events = connection(ends, (stream) => {
        stream.open().say(stream.client, "hello\r\n").say(stream.server, "good day\r\n", "lost on the way");
        stream.say(stream.client, long).say(stream.server, "bye").close();
      });
      const followed = tshark(events, ["-q", "-z", "follow,tcp,raw,0"])
        .split("\n")
        .filter((line) => /^\t?[\da-f]+$/.test(line));
      const said = (lines: string[]): string => Buffer.from(lines.join("").replaceAll("\t", ""), "hex").toString();
      assert.equal(said(followed.filter((line) => !line.startsWith("\t"))), `hello\r\n${long.toString()}`);
      assert.equal(said(followed.filter((line) => line.startsWith("\t"))), "good day\r\nbye");
      // What was sent twice is the only thing to note.
      const notes = fieldsOf(
        events,
        ["frame.comment", "tcp.analysis.retransmission"],
        "tcp.analysis.flags || frame.comment",
      );
      assert.deepEqual(notes, [
        ["Lost: lost on the way", ""],
        ["", "1"],
      ]);
    });
  }

  test("reads datagrams of both versions, to hosts and to groups", () => {
    const events = datagrams();
    const fields = ["ip.dst", "ipv6.dst", "udp.dstport", "udp.checksum.status", "data.data", "frame.comment"];
    const hex = (text: string): string => Buffer.from(text).toString("hex");
    assert.deepEqual(fieldsOf(events, fields), [
      ["10.0.0.2", "", "40053", "1", hex("a question"), ""],
      ["10.0.0.1", "", "40000", "1", hex("an answer"), ""],
      ["", "fd00::2", "40053", "1", hex("über v6"), ""],
      ["239.1.2.3", "", "40100", "1", hex("to all"), ""],
      ["", "ff15::123", "40100", "1", hex("to all"), ""],
      ["10.0.0.2", "", "40053", "1", hex("in vain"), "Lost: lost on the way"],
    ]);
  });

  test("reads times to the nanosecond, names of hosts and interfaces, and which way a packet went", () => {
    const log = new LogWriter();
    log.arrived(1_000_000_007, log.sent(1, CLIENT, { ...SERVER, port: 40_007 }, { data: "x" }));
    log.sent(1_000_000_008, { ...SERVER, port: 40_007 }, CLIENT, { data: "y" });
    const fields = ["frame.time_epoch", "frame.interface_name", "ip.src_host", "ip.dst_host", "frame.p2p_dir"];
    const start = Date.UTC(2030, 0, 1);
    const seconds = start / 1000;
    assert.deepEqual(fieldsOf(log.events, fields, "", { start }), [
      [`${seconds}.000000001`, "client", "client", "server", ""],
      [`${seconds + 1}.000000008`, "server", "server", "client", ""],
    ]);
    assert.deepEqual(fieldsOf(log.events, fields, "", { start, at: "server" }), [
      [`${seconds + 1}.000000007`, "server", "client", "server", "1"],
      [`${seconds + 1}.000000008`, "server", "server", "client", "0"],
    ]);
  });

  test("knows how long packets were, when the log did not keep their bytes", () => {
    const events = connection(ECHOED, (stream) => {
      stream.open().sayUnrecorded(stream.client, 1000).sayUnrecorded(stream.client, 2000).close();
    });
    const read = fieldsOf(events, ["frame.cap_len", "frame.len", "tcp.len", "tcp.analysis.flags"], "tcp.len > 0");
    assert.deepEqual(read, [
      ["40", "1040", "1000", ""],
      ["40", "2040", "2000", ""],
    ]);
  });

  test("reads a refused connection, one that is reset, and one that a host forgot", () => {
    const reset = "tcp.flags.reset == 1";
    const fields = ["tcp.flags.ack", "tcp.seq", "tcp.ack"];
    const refused = new LogWriter();
    const opening = { flow: 1, protocol: "tcp", flags: "S" } as const;
    refused.sent(0, ECHOED[0], ECHOED[1], opening);
    refused.sent(1, ECHOED[1], ECHOED[0], { ...opening, flags: "R" });
    assert.deepEqual(fieldsOf(refused.events, fields, reset), [["1", "1", "1"]]);
    const aborted = connection(ECHOED, (stream) => stream.open().say(stream.client, "hi").reset(stream.client));
    assert.deepEqual(fieldsOf(aborted, fields, reset), [["1", "3", "1"]]);
    const forgotten = connection(ECHOED, (stream) => {
      stream.open().say(stream.client, "hi").say(stream.server, "hello");
      stream.server.sequence = stream.server.received = 0;
      stream.reset(stream.server);
    });
    assert.deepEqual(fieldsOf(forgotten, fields, reset), [["0", "6", "0"]]);
  });

  test("reads a log of troubles, when it listens at a host", () => {
    const read = fieldsOf(troubles(), ["tcp.len"], "tcp", { at: "server" });
    assert.deepEqual(read, [["0"], ["0"], ["0"], ["5"], ["0"]]);
  });
});
