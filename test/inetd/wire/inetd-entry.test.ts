import assert from "node:assert/strict";
import { test } from "node:test";
import { INTERNAL_SERVICES, keyOf, placeOf, titleOf } from "../../../src/inetd/wire/inetd-entry.ts";
import type { InetdEntry } from "../../../src/inetd/wire/inetd-entry.ts";
import { parseInetdConf } from "../../../src/inetd/wire/parse-inetd-conf.ts";
import { wireServices } from "../../../src/wire-services/wire-services.ts";

function entryOf(line: string): InetdEntry {
  return parseInetdConf(line).entries[0]!;
}

test("titleOf, is the name and the protocol, or the path", () => {
  assert.equal(titleOf(entryOf("8007 stream tcp6 nowait root internal echo")), "8007/tcp6");
  assert.equal(titleOf(entryOf("/run/cat stream unix nowait root /bin/cat")), "/run/cat");
});

test("placeOf, tells places apart, and entries where the port is any that is free", () => {
  const lines = "8007 stream tcp,8007 dgram udp,[::1]:8007 stream tcp6,127.0.0.1:8007 stream tcp,/a stream unix".split(
    ",",
  );
  const free = ["0 stream tcp", "0 dgram udp", "127.0.0.1:0 stream tcp"];
  const places = (rest: string): string[] => [...lines, ...free].map((line) => placeOf(entryOf(`${line} ${rest}`)));
  const echoes = places("nowait root internal echo");
  assert.equal(new Set(echoes).size, lines.length + free.length);
  const others = places("wait root:root internal time");
  assert.deepEqual(others.slice(0, 5), echoes.slice(0, 5));
  assert.equal(new Set([...echoes, ...others]).size, lines.length + 2 * free.length);
});

test("keyOf, is what an entry says, wherever it stands", () => {
  const line = "0 stream tcp nowait root internal echo";
  assert.equal(keyOf(entryOf(line)), keyOf(entryOf(`\n\n${line} # a comment`)));
  assert.notEqual(keyOf(entryOf(line)), keyOf(entryOf(line.replace("nowait", "wait"))));
});

test("INTERNAL_SERVICES, are wire services", () => {
  for (const name of INTERNAL_SERVICES) assert.equal(wireServices[name].name, name);
});
