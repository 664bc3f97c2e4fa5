import { assertEquals } from "@std/assert";
import { type PlanEntry, type PlanOptions, planSources, usableSources } from "@/plan/plan.ts";
import { ToolError } from "@/errors.ts";
import type { SchemeHandler, SourceKind } from "@/sources/source.ts";
import { Registry } from "@/sources/registry.ts";
import { imageOf } from "../../doubles/image.ts";
import { ScriptedSource } from "../../doubles/source.ts";

/** Takes every location of its scheme but those that end in `refused`. */
function handler(kind: SourceKind): SchemeHandler {
  return {
    schemes: [kind],
    resolve({ url }) {
      if (url.endsWith("refused")) throw new ToolError("location_invalid", `Not ${url}`);
      return new ScriptedSource(kind);
    },
  };
}

const REGISTRY = new Registry([handler("rbd"), handler("file"), handler("glance")]);

/** Kind of each entry, with the reason where it is not used. */
function planOf(urls: readonly string[], options: PlanOptions = { fallback: true }) {
  const locations = urls.map((url) => ({ url, metadata: {} }));
  return planSources(imageOf(""), locations, REGISTRY, options).map(summary);
}

function summary(entry: PlanEntry): string {
  if (entry.use) return entry.source.kind;
  return `${entry.kind} skipped: ${entry.reason.message}`;
}

Deno.test("planSources() keeps the order of the locations, and Glance comes last", () => {
  assertEquals(planOf(["file://a", "rbd://b"]), ["file", "rbd", "glance"]);
  assertEquals(planOf([]), ["glance"]);
});

Deno.test("planSources() lists what it skips with the handler's reason", () => {
  assertEquals(planOf(["rbd://refused", "swift://x"]), [
    "rbd skipped: Not rbd://refused",
    "swift skipped: Cannot read locations of scheme 'swift': supported are 'rbd', 'file', 'glance'",
    "glance",
  ]);
});

Deno.test("planSources() shows no password of a location that it skips", () => {
  const location = { url: "swift+https://user:secret@host/c/o", metadata: {} };
  const [entry] = planSources(imageOf(""), [location], REGISTRY, { fallback: true });
  assertEquals(entry?.use === false && entry.label, "swift+https://***@host/c/o");
});

Deno.test("planSources() with --source uses no other kind", () => {
  const urls = ["rbd://a", "file://b"];
  assertEquals(planOf(urls, { only: "file", fallback: true }), [
    "rbd skipped: Not tried because of --source file",
    "file",
    "glance skipped: Not tried because of --source file",
  ]);
});

Deno.test("planSources() with --no-fallback uses the first that can be used", () => {
  assertEquals(planOf(["rbd://refused", "file://b"], { fallback: false }), [
    "rbd skipped: Not rbd://refused",
    "file",
    "glance skipped: Not tried because of --no-fallback",
  ]);
});

Deno.test("usableSources() are those that are tried", () => {
  const locations = [{ url: "rbd://refused", metadata: {} }];
  const plan = planSources(imageOf(""), locations, REGISTRY, { fallback: true });
  assertEquals(usableSources(plan).map(({ kind }) => kind), ["glance"]);
});
