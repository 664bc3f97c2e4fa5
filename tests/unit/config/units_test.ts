/**
 * Sizes and durations, parsed and formatted.
 *
 * @module
 */
import fc from "fast-check";
import { formatDuration, formatSize, parseDuration, parseSize } from "@/config/units.ts";
import { ToolError } from "@/errors.ts";
import { assertEquals, assertThrows } from "@std/assert";

Deno.test("parseSize reads binary units, with and without B and iB", () => {
  const sizes = {
    "0": 0,
    "512": 512,
    "10k": 10_240,
    "10M": 10_485_760,
    "10MB": 10_485_760,
    "10MiB": 10_485_760,
    "1.5GiB": 1_610_612_736,
    ".5K": 512,
    " 2 T ": 2_199_023_255_552,
    "1P": 1_125_899_906_842_624,
    "100b": 100,
  };
  for (const [text, bytes] of Object.entries(sizes)) assertEquals(parseSize(text), bytes, text);
});

Deno.test("parseSize reads 'off' as no limit", () => {
  assertEquals([parseSize("off"), parseSize(" OFF ")], [null, null]);
});

Deno.test("parseSize refuses what is not a size, and what is not exact", () => {
  for (
    const text of ["", "M", "-1", "+1", "1e3", "1,5G", "1X", "1 M B", "1.G", "8192P", "0x10", "½"]
  ) {
    assertEquals(assertThrows(() => parseSize(text), ToolError).code, "usage", text);
  }
});

Deno.test("parseDuration reads every unit, and seconds without one", () => {
  const durations = {
    "0": 0,
    "30": 30_000,
    "250ms": 250,
    "30s": 30_000,
    "1.5s": 1500,
    "5m": 300_000,
    "24h": 86_400_000,
    "30d": 2_592_000_000,
    " 5 M ": 300_000,
  };
  for (const [text, ms] of Object.entries(durations)) assertEquals(parseDuration(text), ms, text);
});

Deno.test("parseDuration refuses what is not a duration", () => {
  for (const text of ["", "s", "-1s", "1w", "1h30m", "off", "1e3", "99999999999d", "٣s"]) {
    assertEquals(assertThrows(() => parseDuration(text), ToolError).code, "usage", text);
  }
});

Deno.test("formatSize and formatDuration are read back exactly", () => {
  const bytes = fc.oneof(
    fc.maxSafeNat(),
    fc.integer({ min: 0, max: 9999 }).map((count) => count * 2 ** 30),
  );
  fc.assert(fc.property(bytes, (bytes) => assertEquals(parseSize(formatSize(bytes)), bytes)), {
    seed: 6,
  });
  const ms = fc.oneof(fc.nat(), fc.nat({ max: 9999 }).map((count) => count * 60_000));
  fc.assert(fc.property(ms, (ms) => assertEquals(parseDuration(formatDuration(ms)), ms)), {
    seed: 7,
  });
});

Deno.test("formatSize and formatDuration take the largest exact unit", () => {
  assertEquals([0, 1023, 1536, 1 << 30].map(formatSize), ["0", "1023", "1536", "1G"]);
  assertEquals([0, 250, 90_000, 1_800_000, 86_400_000].map(formatDuration), [
    "0s",
    "250ms",
    "90s",
    "30m",
    "1d",
  ]);
});

Deno.test("parseSize and parseDuration throw nothing but ToolError", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      for (const parse of [parseSize, parseDuration]) {
        try {
          parse(text);
        } catch (error) {
          if (!(error instanceof ToolError)) throw error;
        }
      }
    }),
    { seed: 8, numRuns: 1000 },
  );
});
