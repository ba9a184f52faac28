import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFigure, formatMedian, formatRatio } from "../../../bench/lib/format.ts";

test("formatFigure, keeps three digits and picks the unit", () => {
  const figures = [0.5, 999, 1000, 12_345, 99_960, 1e6, 2.5e9].map((opsPerSecond) => formatFigure({ opsPerSecond }));
  assert.deepEqual(figures, ["0.50 /s", "999 /s", "1.00 k/s", "12.3 k/s", "100 k/s", "1.00 M/s", "2.50 G/s"]);
  const times = [2, 0.25, 1.5e-3, 12e-6, 31e-9, 0.04e-9, -2e-9].map((seconds) => formatFigure({ seconds }));
  assert.deepEqual(times, ["2.00 s", "250 ms", "1.50 ms", "12.0 µs", "31.0 ns", "0.04 ns", "-2.00 ns"]);
  const sizes = [12, 2100, 3e9].flatMap((bytes) => [formatFigure({ bytes }), formatFigure({ bytesPerSecond: bytes })]);
  assert.deepEqual(sizes, ["12.0 B", "12.0 B/s", "2.10 kB", "2.10 kB/s", "3.00 GB", "3.00 GB/s"]);
});

test("formatRatio, keeps three digits", () => {
  assert.deepEqual([0.5, 1, 9.999, 21.44, 345.6].map(formatRatio), ["0.50x", "1.00x", "10.0x", "21.4x", "346x"]);
});

test("formatMedian, is that of the figures, or a dash without any", () => {
  assert.equal(formatMedian([{ seconds: 1 }, { seconds: 5 }, { seconds: 2 }]), "2.00 s");
  assert.equal(formatMedian([{ opsPerSecond: 10 }]), "10.0 /s");
  assert.equal(formatMedian([{ bytes: 2000 }, { bytes: 4000 }]), "3.00 kB");
  assert.equal(formatMedian([]), "-");
});
