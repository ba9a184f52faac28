/** The certificate of all servers of the TLS benchmark: P-256, as most have it; made by the openssl program once. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../lib/paths.ts";

/** The files of the certificate and of its key, made if they are not there. */
export function certificateFiles(): readonly [certificate: string, key: string] {
  const folder = join(repositoryRoot(), "build/bench/tls");
  const certificate = join(folder, "certificate.pem");
  const key = join(folder, "key.pem");
  if (!existsSync(certificate)) {
    mkdirSync(folder, { recursive: true });
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"];
    const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync("openssl", ["req", "-x509", ...kind, ...name, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
  }
  return [certificate, key];
}
