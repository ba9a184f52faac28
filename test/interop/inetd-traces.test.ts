/**
 * Files of inetd and of services say to Hawser what they say to Twisted. The lines are of the kind that both take: Twisted knows no quotes, checks no words, and takes a `#`
 * inside a word for the beginning of a comment; what it refuses, both refuse.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { parseInetdConf } from "../../src/inetd/wire/parse-inetd-conf.ts";
import type { InetdEntry } from "../../src/inetd/wire/inetd-entry.ts";
import { parseServices } from "../../src/inetd/wire/service-names.ts";
import { peer } from "../support/peers.ts";
import { TwistedProcess } from "./deferred-traces/twisted-process.ts";

const FILES = 500;

interface Files {
  readonly services: string;
  readonly lines: readonly string[];
}

/** What was read: the ports of names, and for each line an entry, or why there is none. */
type Reading = [names: Record<string, number>, lines: (string | unknown[])[]];

const twisted = peer("twisted");

const blank = fc.constantFrom(" ", "\t", "  \t ");
const comment = fc.constantFrom("", "", "", " # stream tcp", "\t#");
const name = fc.constantFrom("echo", "discard", "www", "tftp", "x-1_2");
const spaced = (words: readonly string[], between: string): string => words.join(between);

const service = fc
  .tuple(
    name,
    fc.nat({ max: 65_535 }),
    fc.constantFrom("tcp", "udp", "sctp"),
    fc.array(name, { maxLength: 2 }),
    blank,
    comment,
  )
  .map(
    ([first, port, protocol, aliases, between, end]) =>
      spaced([first, `${port || 1}/${protocol}`, ...aliases], between) + end,
  );

const line = fc
  .tuple(
    fc.oneof(name, fc.integer({ min: 1, max: 65_535 }).map(String)),
    fc.constantFrom("stream tcp nowait", "stream tcp wait", "dgram udp wait", "stream tcp nowait.40"),
    fc.constantFrom("root", "nobody.mail", "33.8"),
    fc.constantFrom("/bin/cat", "/usr/sbin/in.tftpd", "internal echo"),
    fc.array(fc.constantFrom("cat", "-l", "-s", "/srv"), { maxLength: 3 }),
    fc.record({
      blank,
      comment,
      indentation: fc.constantFrom("", " ", "\t"),
      fields: fc.constantFrom(1, 2, 3, 4, 5, 40, 40, 40, 40),
    }),
  )
  .map(([first, kind, user, program, args, { blank: between, comment: end, indentation, fields }]) => {
    const words = [first, ...kind.split(" "), user, ...program.split(" ")];
    if (!program.startsWith("internal")) words.push(...args);
    return indentation + spaced(words.slice(0, fields), between) + end;
  });

const files: fc.Arbitrary<Files> = fc.record({
  services: fc.array(fc.oneof(service, comment), { maxLength: 6 }).map((lines) => lines.join("\n")),
  lines: fc.array(fc.oneof({ arbitrary: line, weight: 9 }, comment), { minLength: 5, maxLength: 10 }),
});

test(
  `parseInetdConf and parseServices, read what Twisted reads, in ${FILES} random files`,
  { skip: twisted.skip },
  async () => {
    const given = fc.sample(files, FILES);
    if (existsSync("/etc/services")) given.push({ services: readFileSync("/etc/services", "utf8"), lines: [] });
    const oracle = new TwistedProcess<Files, Reading>(twisted.command, "inetd_traces.py");
    try {
      const expected = await oracle.run(given);
      const seen = new Set<string>();
      for (const [index, wanted] of expected.entries()) {
        const reading = read(given[index]!);
        assert.deepEqual(reading, wanted, JSON.stringify(given[index]));
        for (const one of reading[1]) seen.add(typeof one === "string" ? one : "an entry");
      }
      assert.deepEqual([...seen].sort(), ["an entry", "nothing", "too few fields", "unknown service"]);
    } finally {
      await oracle.stop();
    }
  },
);

function read({ services, lines }: Files): Reading {
  const names = parseServices(services);
  return [Object.fromEntries(names), lines.map((text) => readLine(text, names))];
}

function readLine(text: string, services: ReadonlyMap<string, number>): string | unknown[] {
  const { entries, problems } = parseInetdConf(text, { services });
  const [problem] = problems;
  if (problem !== undefined) return / fields, /.test(problem.message) ? "too few fields" : nameOf(problem.message);
  const [entry] = entries;
  return entry === undefined ? "nothing" : fieldsOf(entry);
}

function nameOf(message: string): string {
  return / is not known for /.test(message) ? "unknown service" : message;
}

/** The fields of an entry as Twisted has them. */
function fieldsOf(entry: InetdEntry): unknown[] {
  const { name: called, port, socketType, protocol, wait, maxPerMinute, user, group = null } = entry;
  const waiting = (wait ? "wait" : "nowait") + (maxPerMinute === undefined ? "" : `.${maxPerMinute}`);
  const [program, args] = entry.internal === undefined ? [entry.program, entry.args] : ["internal", [entry.internal]];
  const known = /^\d+$/.test(called) ? "unknown" : called;
  return [known, port, socketType, protocol, waiting, user, group, program, args];
}
