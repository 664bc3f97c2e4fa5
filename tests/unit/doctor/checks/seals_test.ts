import { assertEquals, assertMatch } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { readPublicKey } from "@/seals/key.ts";
import { imageOf } from "../../../doubles/image.ts";
import { OTHER_PUBLIC_PEM, PUBLIC_PEM, sealedImage, sealOf } from "../../../doubles/seals.ts";
import { configOf, world } from "../../../doubles/world.ts";
import { report, verdict } from "../host.ts";

const CONF = "[glance_direct]\nseal_keys = /k/seal.pem\nseal_dir = /seals\n";
const CONTENT = dense(noise(1000));
const IMAGE = imageOf("", { size: CONTENT.size });

const sealedHost = async (pem: string) => {
  const texts = {
    "/k/seal.pem": pem,
    [`/seals/${IMAGE.id}.seal`]: await sealOf(sealedImage(IMAGE), CONTENT),
  };
  const services = { config: configOf(CONF), context: world({ files: texts }), client: {} };
  return { conf: CONF, texts, images: [IMAGE], services };
};

Deno.test("seals.keys names the trusted keys, and the first that cannot be read", async () => {
  const good = await report("seals.keys", { conf: CONF, texts: { "/k/seal.pem": PUBLIC_PEM } });
  assertEquals([good.status, good.details], ["ok", readPublicKey(PUBLIC_PEM).id]);
  assertMatch(
    await verdict("seals.keys", { conf: CONF, texts: { "/k/seal.pem": "none" } }),
    /^failure: Cannot use the key '\/k\/seal.pem': it is not in PEM format/,
  );
  assertMatch(await verdict("seals.keys", { conf: CONF }), /^failure: Cannot read '\/k\/seal.pem'/);
  assertMatch(await verdict("seals.keys", {}), /^skipped: \[glance_direct\]seal_keys is empty/);
});

Deno.test("seals.valid opens the seals of the images checked", async () => {
  assertMatch(
    await verdict("seals.valid", await sealedHost(PUBLIC_PEM)),
    /^ok: The seals of 1 of the 1 images checked are valid/,
  );
  const { status, details } = await report("seals.valid", await sealedHost(OTHER_PUBLIC_PEM));
  assertEquals(status, "warning");
  assertMatch(details ?? "", /it is signed by/);
});

Deno.test("seals.valid has nothing to say where nothing is sealed", async () => {
  const texts = { "/k/seal.pem": PUBLIC_PEM };
  const services = { config: configOf(CONF), context: world({ files: texts }), client: {} };
  assertMatch(
    await verdict("seals.valid", { conf: CONF, texts, images: [IMAGE], services }),
    /^skipped: None of the 1 images checked is sealed/,
  );
});
