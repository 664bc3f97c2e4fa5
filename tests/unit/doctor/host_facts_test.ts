import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Config } from "@/config/config.ts";
import { NotApplicable } from "@/doctor/check.ts";
import { hostFacts, type HostFactsParts } from "@/doctor/host_facts.ts";
import { ToolError } from "@/errors.ts";
import { configOf } from "../../doubles/world.ts";
import { systemContext } from "@/system/context.ts";

type Services = Awaited<ReturnType<HostFactsParts["openServices"]>>;

/** A host whose Glance has so many images. */
function host(images: number, more: Partial<HostFactsParts> = {}) {
  const seen = { opened: 0, closed: 0, listed: 0 };
  const client = {
    async *list() {
      for (let n = 0; n < images; n++) {
        seen.listed++;
        yield await Promise.resolve({ id: `${n}` });
      }
    },
    locations: ({ id }: { id: string }) =>
      Promise.resolve([
        { url: "file:///x" },
        { url: `rbd://5e1ab0de-1ab0-4c3f-8d4e-0123456789ab/images/i${id}/snap` },
      ]),
  };
  const openServices = () => {
    seen.opened++;
    return Promise.resolve(
      { client, [Symbol.dispose]: () => seen.closed++ } as unknown as Services,
    );
  };
  const parts: HostFactsParts = {
    context: systemContext(),
    callerFiles: systemContext().files,
    configSources: [],
    rbdProgram: "/usr/bin/rbd",
    readConfig: () => configOf(""),
    openSession: () => Promise.reject(new ToolError("permission_denied", "refused")),
    openServices,
    signal: new AbortController().signal,
    ...more,
  };
  return { it: hostFacts(parts), seen };
}

Deno.test("hostFacts asks each service once, and closes what was opened", async () => {
  const { it, seen } = host(3);
  assertEquals((await Promise.all([it.images(), it.images(), it.locations()]))[0].length, 3);
  await assertRejects(() => it.session(), ToolError, "refused");
  await it[Symbol.asyncDispose]();
  assertEquals(seen, { opened: 1, closed: 1, listed: 3 });
});

Deno.test("hostFacts opens nothing unless a check needs it", async () => {
  const { it, seen } = host(3);
  await it[Symbol.asyncDispose]();
  assertEquals(seen, { opened: 0, closed: 0, listed: 0 });
});

Deno.test("hostFacts looks at 20 images and the locations of 5 at most", async () => {
  const { it, seen } = host(1000);
  const [images, locations] = await Promise.all([it.images(), it.locations()]);
  assertEquals([images.length, seen.listed, locations.length], [20, 20, 5]);
  assertEquals(locations[0]?.image, "i0");
});

Deno.test("hostFacts without images skips the checks that need one", async () => {
  await assertRejects(() => host(0).it.images(), NotApplicable, "no active image");
});

Deno.test("hostFacts points to the check that tells why Glance cannot be asked", async () => {
  const openServices = () => Promise.reject(new ToolError("source_unavailable", "down"));
  const { it } = host(1, { openServices });
  await assertRejects(() => it.services(), ToolError, "down");
  await assertRejects(() => it.images(), NotApplicable, "see glance.endpoint");
  await assertRejects(() => it.locations(), NotApplicable, "see glance.endpoint");
});

Deno.test("hostFacts points to config.files where the configuration cannot be read", async () => {
  const readConfig = (): Config => {
    throw new ToolError("config_invalid", "no such file");
  };
  const { it, seen } = host(1, { readConfig });
  assertThrows(() => it.config, NotApplicable, "see config.files");
  await assertRejects(() => it.services(), NotApplicable, "see config.files");
  assertEquals(seen.opened, 0);
});
