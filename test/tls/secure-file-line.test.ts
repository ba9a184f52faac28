import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SecureFileLine } from "../../src/tls/secure-file-line.ts";
import { FileTransfer } from "../../src/transport/file-transfer.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
writeFileSync(join(folder, "file"), "x".repeat(100_000));
const fd = openSync(join(folder, "file"), "r");
after(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

test("SecureFileLine, sends files and pieces in order, as long as there is room", () => {
  const sent: number[] = [];
  const line = new SecureFileLine((pieces) => sent.push(...pieces.map((piece) => piece.length)));
  assert.equal(line.occupied, false);
  const file = new FileTransfer(fd);
  line.add(file);
  line.add([Buffer.from("ab"), Buffer.from("c")]);
  assert.deepEqual([line.occupied, line.unsent], [true, 100_003]);
  let room = 1;
  line.move(() => room-- > 0);
  assert.deepEqual([sent, line.unsent], [[65_536], 100_003 - 65_536]);
  line.move(() => true);
  assert.deepEqual([sent, line.occupied, line.unsent], [[65_536, 34_464, 2, 1], false, 0]);
  assert.equal(file.isOver, true);
});

test("SecureFileLine, a file that was cancelled makes room for what is behind it", () => {
  const sent: number[] = [];
  const line = new SecureFileLine((pieces) => sent.push(...pieces.map((piece) => piece.length)));
  const file = new FileTransfer(fd);
  line.add(file);
  line.add([Buffer.from("ab")]);
  file.done.addErrback(() => {});
  file.done.cancel();
  line.move(() => true);
  assert.deepEqual([sent, line.occupied], [[2], false]);
});
