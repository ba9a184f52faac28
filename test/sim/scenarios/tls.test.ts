/** TLS over a network in which connections break in the middle of handshakes: with the engine of the native core, and with that of Node. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import { available } from "../../../src/tls/engine-choice.ts";
import { ConnectionDone } from "../../../src/transport/errors.ts";
import "../../support/quiet-logs.ts";
import { FAULTS, LASTS, LINK, Visits, makeContexts } from "./tls-visits.ts";

/** The native engine answers at once; the one of Node takes a turn of the runtime. */
const TURNS = { native: 0, node: 1 } as const;

const contexts = { rsa: makeContexts("rsa"), ed25519: makeContexts("ed25519") };

async function logOf(
  seed: number,
  engine: "native" | "node",
  key: keyof typeof contexts,
  turns: number,
): Promise<string> {
  const net = new SimulatedNetwork({ seed, link: LINK, faults: FAULTS, record: true });
  const visits = new Visits(net, contexts[key], engine);
  await net.run({ for: LASTS, turns });
  visits.check();
  return net.log();
}

for (const engine of ["native", "node"] as const) {
  const skip = !available().includes(engine) && `the engine ${engine} does not load`;
  describe(`TLS with the engine ${engine}`, { skip }, () => {
    test("both ends hear of the end, in time and with a reason, and data is intact, with 200 seeds", async () => {
      const counts = { clean: 0, inHandshake: 0, later: 0 };
      await explore({
        seeds: 200,
        network: { link: LINK },
        program: (net) => new Visits(net, contexts.ed25519, engine),
        faults: FAULTS,
        run: { for: LASTS, turns: TURNS[engine] },
        check: (_net, visits) => {
          visits.check();
          for (const { beganAt, securedAt, reason } of visits.ends) {
            if (reason instanceof ConnectionDone) counts.clean++;
            else if (reason !== undefined && securedAt !== undefined) counts.later++;
            else if (reason !== undefined && beganAt !== undefined) counts.inHandshake++;
          }
        },
      });
      assert.ok(counts.clean > 500, `${counts.clean} ends were clean`);
      assert.ok(counts.inHandshake > 50, `${counts.inHandshake} ends came in the handshake`);
      assert.ok(counts.later > 10, `${counts.later} ends came later`);
    });

    // Signatures of ECDSA have random numbers in them, and vary in length with those.
    for (const key of ["rsa", "ed25519"] as const) {
      test(`the same seed gives the same log, with a key of the kind ${key}`, async () => {
        for (let seed = 0; seed < 5; seed++) {
          const log = await logOf(seed, engine, key, TURNS[engine]);
          assert.equal(await logOf(seed, engine, key, TURNS[engine] + 3), log, `seed ${seed}`);
        }
      });
    }
  });
}
