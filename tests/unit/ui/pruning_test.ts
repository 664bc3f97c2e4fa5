/**
 * The text of `cache prune` about what stays.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { CacheEntry } from "@/cache/list.ts";
import type { StayReason } from "@/cache/prune.ts";
import { renderPruning } from "@/ui/pruning.ts";

const NOW = 1_000_000_000;
const ENTRY: CacheEntry = {
  name: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  kind: "base",
  size: 1 << 30,
  allocated: 400 << 20,
  mtime: NOW - 120_000,
  users: ["/var/lib/nova/instances/3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11/disk", "/i/2/disk"],
  removableFrom: null,
};
const REASONS: Readonly<Record<StayReason, RegExp>> = {
  in_use: /in use by \S+\/disk and 1 more; removed when its instances are deleted/,
  use_unknown: /cannot be read/,
  keep: /kept by --keep; omit that option to remove it/,
  just_used: /last used 2m00s ago, less than 10m00s: .*; run again in 8m00s/,
  young: /last used 2m00s ago, --max-age is 1h00m; lower --max-age/,
  fits: /fits into --max-size/,
  no_limit: /no limit was given; add --max-age or --max-size/,
  not_a_base: /not a base file/,
  busy: /another process/,
};

/** The text where one file stays. */
function textFor(reason: StayReason, columns = Infinity): string {
  return renderPruning({
    directory: "/var/lib/nova/instances/_base",
    removed: [],
    stays: [{ entry: ENTRY, reason }],
    rules: { keep: new Set(), isUseKnown: true, now: NOW, maxAge: 3_600_000, maxSize: 100 << 20 },
    isDryRun: true,
  }, { columns });
}

Deno.test("renderPruning says for each file that stays why, and what would make it go", () => {
  for (const [reason, text] of Object.entries(REASONS)) {
    const [line = "", sum] = textFor(reason as StayReason).split("\n");
    assert(line.startsWith(`would keep ${ENTRY.name} (400 MiB): `), line);
    assert(text.test(line), line);
    assertEquals(
      sum,
      "0 B would be freed, 400 MiB would stay (--max-size: 100 MiB) in /var/lib/nova/instances/_base",
    );
  }
});

Deno.test("renderPruning keeps 80 columns, and paths in one piece", () => {
  for (const reason of Object.keys(REASONS) as StayReason[]) {
    const lines = textFor(reason, 80).split("\n");
    assertEquals(lines.filter((line) => line.length > 80), []);
  }
  assert(textFor("in_use", 80).includes(`\n  in use by ${ENTRY.users[0]}`));
});
