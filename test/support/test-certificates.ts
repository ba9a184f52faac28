/**
 * Certificates for tests, made by the openssl program once for each test process that wants some: an authority, what it has signed, and what is wrong
 * in one way each.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface TestCertificates {
  readonly authority: TestCertificate;
  /** For `localhost`, `127.0.0.1` and `::1`. */
  readonly server: TestCertificate;
  /** For `other.example` and `*.wild.example`. */
  readonly other: TestCertificate;
  readonly client: TestCertificate;
  /** Its day is over. */
  readonly expired: TestCertificate;
  /** Its day has not come. */
  readonly early: TestCertificate;
  /** Signed by itself; for `localhost`. */
  readonly selfSigned: TestCertificate;
  /** Of an authority that nobody trusts; for `localhost`. */
  readonly stranger: TestCertificate;
}

let made: TestCertificates | undefined;

export function testCertificates(): TestCertificates {
  made ??= make();
  return made;
}

function make(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), "hawser-certificates-"));
  try {
    const localhost = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1";
    const authority = selfSigned(folder, "authority", ["basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign"]);
    selfSigned(folder, "unknown", ["basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign"]);
    return {
      authority,
      server: signed(folder, "server", "authority", [localhost]),
      other: signed(folder, "other", "authority", ["subjectAltName=DNS:other.example,DNS:*.wild.example"]),
      client: signed(folder, "client", "authority", ["extendedKeyUsage=clientAuth"]),
      expired: signed(folder, "expired", "authority", [localhost], ["20200101000000Z", "20210101000000Z"]),
      early: signed(folder, "early", "authority", [localhost], ["20980101000000Z", "20990101000000Z"]),
      selfSigned: selfSigned(folder, "self", [localhost]),
      stranger: signed(folder, "stranger", "unknown", [localhost]),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function selfSigned(folder: string, name: string, extensions: readonly string[]): TestCertificate {
  openssl(folder, ["req", "-x509", "-days", "2", "-out", `${name}.pem`, ...newKey(name), ...extensionsOf(extensions)]);
  return read(folder, name);
}

function signed(
  folder: string,
  name: string,
  authority: string,
  extensions: readonly string[],
  validity?: readonly [from: string, to: string],
): TestCertificate {
  openssl(folder, ["req", "-new", "-out", `${name}.csr`, ...newKey(name)]);
  writeFileSync(join(folder, `${name}.ext`), `${extensions.join("\n")}\n`);
  writeFileSync(join(folder, `${name}.index`), "");
  const dates = validity === undefined ? ["-days", "2"] : ["-startdate", validity[0], "-enddate", validity[1]];
  writeFileSync(
    join(folder, `${name}.cnf`),
    `[ca]\ndefault_ca=here\n[here]\ndatabase=${name}.index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`,
  );
  const parts = [
    "-in",
    `${name}.csr`,
    "-out",
    `${name}.pem`,
    "-cert",
    `${authority}.pem`,
    "-keyfile",
    `${authority}.key`,
  ];
  openssl(folder, ["ca", "-batch", "-notext", "-config", `${name}.cnf`, "-extfile", `${name}.ext`, ...parts, ...dates]);
  return read(folder, name);
}

function newKey(name: string): string[] {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${name}.key`];
  return [...key, "-subj", `/CN=${name}`];
}

function extensionsOf(extensions: readonly string[]): string[] {
  return extensions.flatMap((extension) => ["-addext", extension]);
}

function openssl(folder: string, args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
}

function read(folder: string, name: string): TestCertificate {
  return {
    certificate: readFileSync(join(folder, `${name}.pem`), "utf8"),
    key: readFileSync(join(folder, `${name}.key`), "utf8"),
  };
}
