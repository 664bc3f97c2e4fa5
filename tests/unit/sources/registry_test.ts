/**
 * The one list of schemes: adding one takes a file, and a line in the list.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { needsOf, planSources } from "@/plan/sources.ts";
import { schemeName, schemeOfKind, SCHEMES, SOURCE_KINDS } from "@/sources/registry.ts";
import type { Scheme } from "@/sources/scheme.ts";
import { dense, noise } from "@lab/embedded/content.ts";
import { imageOf } from "../../doubles/image.ts";
import { planningHost } from "../../doubles/scheme.ts";
import { data } from "../../doubles/segments.ts";
import { ScriptedSource } from "../../doubles/source.ts";
import { receive } from "../../suites/received.ts";
import { sourceFiles, withoutComments } from "../house/tree.ts";

const CONTENT = dense(noise(100));

/** All that a new scheme takes. */
const toyScheme: Scheme<{ readonly program: string }> = {
  kind: "toy",
  schemes: ["toy"],
  programs: ["/usr/bin/toy"],
  plan: ({ url }) => ({ label: url, settings: { program: "/usr/bin/toy" } }),
  needs: ({ program }) => ({ programs: [program], servers: ["toys:1"] }),
  source: () => new ScriptedSource("toy", { segments: [data(noise(100))] }),
};

Deno.test("a new scheme is planned, allowed and read by its file and a line in the list", async () => {
  const schemes = [...SCHEMES, toyScheme];
  const host = planningHost();
  const location = { url: "toy:box", metadata: {} };
  const sources = planSources(host, imageOf(""), [location], { fallback: true }, schemes);
  assertEquals(sources.map(({ kind, use }) => [kind, use]), [["toy", true], ["glance", true]]);
  const needs = await needsOf(host, sources, new AbortController().signal, schemes);
  assertEquals([needs.programs, needs.servers], [["/usr/bin/toy"], ["toys:1"]]);
  const [first] = structuredClone(sources);
  assert(first?.use);
  const reading = { context: host.context as never, client: undefined };
  const source = schemeOfKind(first.kind, schemes).source(first.settings, reading);
  assertEquals((await receive(source, CONTENT)).length, 100);
});

Deno.test("nothing but its module names a scheme: not the plan, the transfer, the metrics or the flags", () => {
  const rooms = /^src\/(plan|transfer|metrics|ui)\/|^src\/commands\/(fetch|prefetch|transfer)/;
  const name = /"(rbd|glance)"|sources\/(rbd|glance|file\.ts)/;
  const found = sourceFiles().filter(({ path }) => rooms.test(path)).flatMap(({ path, text }) =>
    withoutComments(text).split("\n").filter((line) =>
      name.test(line) && !line.includes("images_type")
    )
      .map((line) => `${path}: ${line.trim()}`)
  );
  assertEquals(found, []);
});

Deno.test("every scheme has one owner, and every kind one scheme", () => {
  for (const names of [SCHEMES.flatMap(({ schemes }) => schemes), SOURCE_KINDS]) {
    assertEquals(new Set(names).size, names.length);
  }
});

Deno.test("schemeName() finds no scheme in text that is not a URL", () => {
  const nameOf = (url: string) => schemeName({ url, metadata: {} });
  assertEquals(["RBD://a", "file:x", "no url", "1a:b", ""].map(nameOf), [
    "rbd",
    "file",
    "?",
    "?",
    "?",
  ]);
});
