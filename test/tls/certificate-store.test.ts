import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { CertificateStore, certificateFilesIn } from "../../src/tls/certificate-store.ts";
import type { PrivateCertificate } from "../../src/tls/private-certificate.ts";
import type { TLSContext } from "../../src/tls/tls-context.ts";
import { authority, signedFor } from "../support/authority.ts";
import "../support/quiet-logs.ts";

const root = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(root, { recursive: true }));

let folders = 0;

function newFolder(): string {
  const path = join(root, String(++folders));
  mkdirSync(path);
  return path;
}

/** As certbot writes them. */
function writeLive(folder: string, name: string, certificate: PrivateCertificate): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "fullchain.pem"), certificate.dumpChainPEM());
  writeFileSync(join(folder, name, "privkey.pem"), certificate.privateKey.dumpPEM());
}

/** The common name of the certificate that a client which asks for `serverName` gets. */
async function chosen(store: CertificateStore, serverName?: string): Promise<string> {
  const usual = store.contextFor("server");
  const other = serverName === undefined ? undefined : await usual.contextForServerName?.(serverName);
  return nameOf(other?.serverContext() ?? usual);
}

function nameOf(context: TLSContext): string {
  return new X509Certificate(context.certificateChain[0]!).subject.replace("CN=", "");
}

test("certificateFilesIn, finds the layouts of certbot, its root as well, and single files", () => {
  const folder = newFolder();
  const leaf = signedFor(["a.example"]);
  writeLive(join(folder, "live"), "a.example", leaf);
  writeFileSync(join(folder, "live", "README"), "");
  assert.deepEqual([...certificateFilesIn(folder).keys()], ["a.example"]);
  const live = join(folder, "live");
  writeFileSync(join(live, "b.example.pem"), leaf.dumpPEM());
  writeFileSync(join(live, "c.example.pem"), leaf.dumpChainPEM());
  writeFileSync(join(live, "c.example.key"), leaf.privateKey.dumpPEM());
  assert.deepEqual(Object.fromEntries(certificateFilesIn(live)), {
    "a.example": {
      certificate: join(live, "a.example/fullchain.pem"),
      privateKey: join(live, "a.example/privkey.pem"),
    },
    "b.example": { certificate: join(live, "b.example.pem"), privateKey: join(live, "b.example.pem") },
    "c.example": { certificate: join(live, "c.example.pem"), privateKey: join(live, "c.example.key") },
  });
});

test("CertificateStore, chooses by the name that a client asks for: itself, a wildcard, else the first", async () => {
  const folder = newFolder();
  writeLive(folder, "a.example", signedFor(["a.example", "also.example"]));
  writeLive(folder, "b.example", signedFor(["b.example", "*.b.example"]));
  writeLive(folder, "c.b.example", signedFor(["c.b.example"]));
  const store = CertificateStore.ofDirectory(folder);
  store.checkFor("server");
  const choices: [string | undefined, string][] = [
    [undefined, "a.example"],
    ["also.example", "a.example"],
    ["B.Example.", "b.example"],
    ["x.b.example", "b.example"],
    ["c.b.example", "c.b.example"],
    ["y.x.b.example", "a.example"],
    ["nobody.example", "a.example"],
  ];
  for (const [asked, expected] of choices) assert.equal(await chosen(store, asked), expected, asked);
  assert.deepEqual(store.names().sort(), ["*.b.example", "a.example", "also.example", "b.example", "c.b.example"]);
});

test("CertificateStore, the one called default is for everybody else", async () => {
  const folder = newFolder();
  writeLive(folder, "a.example", signedFor(["a.example"]));
  writeLive(folder, "default", signedFor(["z.example"]));
  const store = CertificateStore.ofDirectory(folder);
  assert.equal(await chosen(store), "z.example");
  assert.equal(await chosen(store, "a.example"), "a.example");
});

test("CertificateStore, reads again what has changed, a second later at most, and keeps the contexts of the rest", async () => {
  const folder = newFolder();
  const clock = new Clock();
  writeLive(folder, "a.example", signedFor(["a.example"]));
  writeLive(folder, "b.example", signedFor(["b.example"]));
  const store = CertificateStore.ofDirectory(folder, { clock });
  const before = store.contextFor("server");
  const other = await before.contextForServerName!("b.example");
  writeLive(folder, "a.example", signedFor(["new.example"]));
  writeLive(folder, "d.example", signedFor(["d.example"]));
  clock.advance(0.5);
  assert.equal(store.contextFor("server"), before);
  clock.advance(0.5);
  assert.equal(await chosen(store), "new.example");
  assert.equal(await chosen(store, "d.example"), "d.example");
  assert.equal(await store.contextFor("server").contextForServerName!("b.example"), other);
  rmSync(join(folder, "d.example"), { recursive: true });
  clock.advance(1);
  assert.equal(await chosen(store, "d.example"), "new.example");
  // An old connection still chooses, from what there is now.
  assert.equal(nameOf((await before.contextForServerName!("new.example"))!.serverContext()), "new.example");
});

test("CertificateStore, follows symbolic links to new targets, as certbot sets them", async () => {
  const folder = newFolder();
  const clock = new Clock();
  const archive = newFolder();
  for (const name of ["one", "two"]) writeLive(archive, name, signedFor([`${name}.example`]));
  mkdirSync(join(folder, "site"));
  const link = (name: string): void => {
    for (const file of ["fullchain.pem", "privkey.pem"]) {
      rmSync(join(folder, "site", file), { force: true });
      symlinkSync(join(archive, name, file), join(folder, "site", file));
    }
  };
  link("one");
  const store = CertificateStore.ofDirectory(folder, { clock });
  assert.equal(await chosen(store), "one.example");
  link("two");
  clock.advance(1);
  assert.equal(await chosen(store), "two.example");
});

test("CertificateStore, a broken file is logged once, and what it had before stays", async () => {
  const folder = newFolder();
  const clock = new Clock();
  const leaf = signedFor(["a.example"]);
  writeLive(folder, "a.example", leaf);
  const store = CertificateStore.ofDirectory(folder, { clock });
  const logs = capturedLogs();
  writeFileSync(join(folder, "a.example", "fullchain.pem"), "half of a");
  writeLive(folder, "b.example", leaf);
  writeFileSync(join(folder, "b.example", "privkey.pem"), signedFor(["other"]).privateKey.dumpPEM());
  clock.advance(1);
  assert.equal(await chosen(store), "a.example");
  clock.advance(1);
  assert.equal(await chosen(store), "a.example");
  const again = signedFor(["again.example"]);
  writeLive(folder, "a.example", again);
  clock.advance(1);
  assert.equal(await chosen(store), "again.example");
  logs.stop();
  const texts = logs.map((event) => formatEvent(event));
  assert.equal(texts.length, 3);
  assert.match(texts[0]!, /a\.example.fullchain\.pem, the old one stays: .*there is no certificate/);
  assert.match(texts[1]!, /b\.example.fullchain\.pem, it is left out: .*another one's/);
  assert.equal(texts[2], "Read the certificate a.example again");
});

test("CertificateStore, where everything is gone, the old ones stay", async () => {
  const folder = newFolder();
  const clock = new Clock();
  writeFileSync(join(folder, "a.pem"), signedFor(["a.example"]).dumpPEM());
  const store = CertificateStore.ofDirectory(folder, { clock });
  const logs = capturedLogs();
  unlinkSync(join(folder, "a.pem"));
  clock.advance(1);
  assert.equal(await chosen(store, "a.example"), "a.example");
  rmSync(folder, { recursive: true });
  clock.advance(1);
  assert.equal(await chosen(store), "a.example");
  logs.stop();
  const texts = logs.map((event) => formatEvent(event));
  assert.equal(texts[0], "There is no certificate any more, the old ones stay");
  assert.match(texts[1]!, /^Cannot look for certificates, the old ones stay: ENOENT/);
});

test("CertificateStore, has other options, and is for servers", () => {
  const files = join(newFolder(), "one.pem");
  writeFileSync(files, signedFor(["a.example"]).dumpPEM());
  const list = new Map([["default", { certificate: files, privateKey: files }]]);
  const store = new CertificateStore(() => list, { parameters: { trustRoot: authority }, interval: 0 });
  assert.equal(store.contextFor("server").verifyPeer, "require");
  assert.throws(() => store.checkFor("client"), /a store of certificates for servers/);
});

test("CertificateStore, without a certificate there is none", () => {
  const folder = newFolder();
  assert.throws(() => CertificateStore.ofDirectory(folder), /there is none, expected NAME\/fullchain.pem/);
  writeFileSync(join(folder, "a.pem"), "junk");
  assert.throws(() => CertificateStore.ofDirectory(folder), { code: "ERR_CERTIFICATE" });
  assert.throws(() => CertificateStore.ofDirectory(join(folder, "missing")), { code: "ENOENT" });
});
