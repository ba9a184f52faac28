import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { DistinguishedName } from "../../src/tls/distinguished-name.ts";
import { encodeName } from "../../src/tls/wire/x509.ts";

const ALL = {
  countryName: "DE",
  stateOrProvinceName: "Hamburg",
  localityName: "Hamburg",
  organizationName: "Hawser, Ltd",
  organizationalUnitName: "Ropes",
  commonName: "example.com",
  emailAddress: "a@example.com",
};

test("DistinguishedName, has its fields, and comes back from DER", () => {
  const name = new DistinguishedName(ALL);
  const { commonName, countryName, stateOrProvinceName, localityName, organizationName } = name;
  const { organizationalUnitName, emailAddress } = name;
  assert.deepEqual(
    {
      countryName,
      stateOrProvinceName,
      localityName,
      organizationName,
      organizationalUnitName,
      commonName,
      emailAddress,
    },
    ALL,
  );
  const read = DistinguishedName.load(name.dump());
  assert.ok(read.equals(name));
  assert.ok(!read.equals(new DistinguishedName({ commonName: "other" })));
  assert.ok(!read.equals("CN=example.com"));
});

test("DistinguishedName, any text comes back from DER", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 255, unit: "grapheme" }), (text) => {
      if (text.length > 255) return;
      assert.equal(DistinguishedName.load(new DistinguishedName({ commonName: text }).dump()).commonName, text);
    }),
    { numRuns: 100 },
  );
});

test("DistinguishedName, is dumped as it was read, with attributes that have no name here", () => {
  const der = encodeName([
    ["2.5.4.3", "b"],
    ["2.5.4.5", "12"],
    ["2.5.4.6", "DE"],
  ]);
  const name = DistinguishedName.load(der);
  assert.deepEqual(name.dump(), der);
  assert.equal(name.toString(), "CN=b, 2.5.4.5=12, C=DE");
});

test("DistinguishedName, is written so that its parts can be told", () => {
  const name = new DistinguishedName({ organizationName: " a,b+c\nd ", commonName: "#x" });
  assert.equal(name.toString(), "O=\\ a\\,b\\+c\\0ad\\ , CN=\\#x");
  assert.equal(inspect(name), "<DistinguishedName O=\\ a\\,b\\+c\\0ad\\ , CN=\\#x>");
  assert.match(new DistinguishedName(ALL).inspect(), /^ +Country Name: DE\n.*\n +Email Address: a@example.com$/s);
});

test("DistinguishedName, refuses what a certificate cannot have", () => {
  const fields = (value: object) => () => new DistinguishedName(value);
  assert.throws(fields({ CN: "x" }), /Cannot use "CN" in a distinguished name: expected one of countryName/);
  assert.throws(fields({ commonName: 1 }), /expected a string/);
  assert.throws(fields({ commonName: "" }), /expected 1 to 255/);
  assert.throws(fields({ commonName: "x".repeat(256) }), RangeError);
  assert.throws(fields({ countryName: "Germany" }), /expected a code of two letters/);
});
