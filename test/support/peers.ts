/**
 * The foreign programs that interop tests and benchmarks talk to.
 *
 * A test names its peer in its options, `test("...", { skip: peer("twisted").skip }, ...)`: where the peer is missing, the
 * runner's report says so by name. `.ci/run` installs the packages that are named here.
 */
import { spawnSync } from "node:child_process";

/** A program that may be there or not. */
export interface Peer {
  /** What to start. */
  readonly command: string;
  /** False when it is installed, else what to tell the reader; fits the `skip` option of `node:test`. */
  readonly skip: false | string;
}

/** How to find a peer: a command that ends and prints `prints` if it is there. */
export interface Probe {
  readonly command: string;
  /** What makes it speak and end. */
  readonly args: readonly string[];
  /** What it says, on stdout or stderr. */
  readonly prints: RegExp;
  /** What it ends with; 0 unless told otherwise. */
  readonly status?: number;
  /** The Debian package that has it. */
  readonly package: string;
}

/** The names of the peers. */
export type PeerName =
  | "curl"
  | "dante"
  | "fish"
  | "haproxy"
  | "memcached"
  | "netcat"
  | "openssl"
  | "postmap"
  | "rdate"
  | "socat"
  | "sshd"
  | "tinyproxy"
  | "tmux"
  | "tshark"
  | "twisted"
  | "twistedTLS"
  | "zsh";

const PROBES: Record<PeerName, Probe> = {
  curl: { command: "curl", args: ["--version"], prints: /curl .*OpenSSL/, package: "curl" },
  dante: { command: "/usr/sbin/danted", args: ["-v"], prints: /Dante v/, package: "dante-server" },
  fish: { command: "fish", args: ["--version"], prints: /fish, version/, package: "fish" },
  haproxy: { command: "/usr/sbin/haproxy", args: ["-v"], prints: /HAProxy version/, package: "haproxy" },
  memcached: { command: "memcached", args: ["-V"], prints: /memcached \d/, package: "memcached" },
  netcat: { command: "nc", args: ["-h"], prints: /OpenBSD netcat/, package: "netcat-openbsd" },
  openssl: { command: "openssl", args: ["version"], prints: /OpenSSL 3/, package: "openssl" },
  postmap: { command: "/usr/sbin/postmap", args: [], prints: /usage: postmap/, status: 1, package: "postfix" },
  rdate: { command: "/usr/sbin/rdate", args: [], prints: /Usage: rdate/, status: 1, package: "rdate" },
  socat: { command: "socat", args: ["-V"], prints: /socat version/, package: "socat" },
  sshd: { command: "/usr/sbin/sshd", args: ["-V"], prints: /OpenSSH/, package: "openssh-server" },
  tinyproxy: { command: "tinyproxy", args: ["-v"], prints: /tinyproxy/, package: "tinyproxy-bin" },
  tmux: { command: "tmux", args: ["-V"], prints: /tmux \d/, package: "tmux" },
  tshark: { command: "tshark", args: ["--version"], prints: /TShark/, package: "tshark" },
  twisted: {
    // Debian's own Python: the package's modules are not on the path of another one.
    command: "/usr/bin/python3",
    args: ["-c", "import importlib.util as u; print(u.find_spec('twisted'))"],
    prints: /ModuleSpec/,
    package: "python3-twisted",
  },
  twistedTLS: {
    command: "/usr/bin/python3",
    args: ["-c", "import twisted.internet.ssl, service_identity; print('ready')"],
    prints: /ready/,
    package: "python3-service-identity",
  },
  zsh: { command: "zsh", args: ["--version"], prints: /zsh \d/, package: "zsh" },
};

const found = new Map<Probe, Peer>();

/** The peer called `name`; it is looked for once. */
export function peer(name: PeerName): Peer {
  return probe(PROBES[name]);
}

/** Looks for a peer that is not in the table. */
export function probe(wanted: Probe): Peer {
  let result = found.get(wanted);
  if (result === undefined) {
    const { status, stdout, stderr } = spawnSync(wanted.command, wanted.args, { encoding: "utf8", timeout: 10_000 });
    const there = status === (wanted.status ?? 0) && wanted.prints.test(stdout + stderr);
    result = { command: wanted.command, skip: there ? false : `${wanted.package} is not installed` };
    found.set(wanted, result);
  }
  return result;
}
