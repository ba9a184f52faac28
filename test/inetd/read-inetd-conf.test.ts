import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readAccounts, readInetdConf } from "../../src/inetd/read-inetd-conf.ts";

test("readInetdConf, reads the file with the ports of another one", () => {
  const folder = mkdtempSync(join(tmpdir(), "inetd-"));
  try {
    const [file, servicesFile] = [join(folder, "inetd.conf"), join(folder, "services")];
    writeFileSync(file, "echo stream tcp nowait root internal\nxyz stream tcp nowait root internal echo\n");
    writeFileSync(servicesFile, "echo 8007/tcp\n");
    const { file: named, entries, problems } = readInetdConf(file, { servicesFile });
    assert.equal(named, file);
    assert.deepEqual([entries.map(({ port }) => port), problems.map(({ line }) => line)], [[8007], [2]]);
    assert.equal(readInetdConf(file, { servicesFile: join(folder, "missing") }).problems.length, 2);
    // A folder is no file.
    assert.throws(() => readInetdConf(file, { servicesFile: folder }), { code: "EISDIR" });
    assert.throws(() => readInetdConf(join(folder, "missing")), { code: "ENOENT" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("readAccounts, knows who runs this", () => {
  const { username, uid, gid } = userInfo();
  assert.deepEqual(readAccounts().users.get(username), { name: username, uid, gid });
});
