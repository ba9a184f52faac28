/** The foreign programs that only benchmarks need, besides those of the tests; no continuous integration installs them. */
import type { Peer, PeerName, Probe } from "../../test/support/peers.ts";
import { peer as testPeer, probe } from "../../test/support/peers.ts";

const PROBES: Record<"cc" | "go" | "uvloop", Probe> = {
  cc: { command: "cc", args: ["--version"], prints: /./, package: "gcc" },
  go: { command: "go", args: ["version"], prints: /^go version/, package: "golang-go" },
  uvloop: {
    command: "/usr/bin/python3",
    args: ["-c", "import importlib.util as u; print(u.find_spec('uvloop'))"],
    prints: /ModuleSpec/,
    package: "python3-uvloop",
  },
};

/** What a subject may need. */
export type Need = PeerName | keyof typeof PROBES;

/** The peer called `name`; it is looked for once. */
export function peer(name: Need): Peer {
  return name in PROBES ? probe(PROBES[name as keyof typeof PROBES]) : testPeer(name as PeerName);
}
