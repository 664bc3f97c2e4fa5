/**
 * The program's answers to a shell.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { startLab } from "@lab/embedded/lab.ts";
import { cli, cliWith } from "../../doubles/cli.ts";
import { FakeClock } from "../../doubles/clock.ts";

/** Words that are offered for a line, whose last word is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { err, out, status } = await cli("__complete", "--", ...words);
  assertEquals([status, err], [0, ""]);
  return out.split("\n").map((line) => line.split("\t")[0] ?? "").filter((word) => word !== "");
}

Deno.test("__complete offers commands, options and values in their places", async () => {
  assertEquals(await offered("ca"), ["cache"]);
  assertEquals(await offered("cache", ""), ["list", "verify", "prune"]);
  assertEquals(await offered("-f", "json", "-v", "cache", "p"), ["prune"]);
  assertEquals(await offered("--os-cloud", "cache", "fetch", "--so"), ["--source"]);
  assertEquals(await offered("fetch", "--source=gl"), ["--source=glance"]);
  assertEquals(await offered("fetch", "--verify", ""), ["full", "size"]);
  assertEquals(await offered("doctor", "rbd.k"), ["rbd.keyring"]);
  assertEquals(await offered("inspect", ""), [":files"]);
  assertEquals(await offered("--config-dir", ""), [":directories"]);
  assertEquals(await offered("fetch", "--", "--so"), []);
  assert(!(await offered("")).some((word) => word.startsWith("_")), "it does not offer itself");
});

Deno.test("__complete offers the images of Glance, and below cache those that are in it", async () => {
  await using lab = startLab();
  const image = (name: string) => lab.addImage({ name, content: dense(noise(1)) });
  const [one, other, twin] = [image("debian-13"), image("debian-12"), image("twin")];
  image("twin");
  image("red\u001b[31m");
  const conf = ["--config-file", lab.novaConf];
  assertEquals(
    new Set(await offered("fetch", ...conf, "debian-")),
    new Set(["debian-13", "debian-12"]),
  );
  assertEquals(await offered(...conf, "show", one.id.slice(0, 20)), [one.id]);
  assertEquals(await offered("show", ...conf, "twin"), [], "a name of two images leads to neither");
  assert((await offered("show", ...conf, "")).includes(twin.id));
  assertEquals(await offered("show", ...conf, "red"), []);
  assertEquals(await offered("cache", "verify", ...conf, ""), []);
  assertEquals((await cli("fetch", other.id, ...conf)).status, 0);
  assertEquals(await offered("cache", "verify", ...conf, "debian-"), ["debian-12"]);
  assertEquals(await offered("cache", "prune", ...conf, "--keep", ""), [other.id]);
});

Deno.test("__complete is silent when there is no configuration and no Glance", async () => {
  assertEquals(await offered("fetch", "--config-file", "/no/such.conf", ""), []);
  const nobody = "--os-image-endpoint-override=http://127.0.0.1:1";
  assertEquals(await offered("fetch", nobody, ""), []);
});

Deno.test("__complete waits a second for a Glance that hangs, and no longer", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const clock = new FakeClock();
  const url = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  const words = ["__complete", "--", "fetch", `--os-image-endpoint-override=${url}`, ""];
  const running = cliWith({ clock }, ...words);
  using _held = await listener.accept();
  await clock.advance(1000);
  assertEquals(await running, { status: 0, out: "\n", err: "" });
});

for (const [command, offer] of [["show", "early"], ["cache verify", ""]] as const) {
  Deno.test(`__complete ${command} offers what came in time, and nothing else`, async () => {
    const image = { id: crypto.randomUUID(), name: "early", status: "active" };
    const first = JSON.stringify({ images: [image], next: "/v2/images?marker=1" });
    const [asked, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using server = new HttpServer(async (_request, { search }) => {
      if (!search.includes("marker")) return { status: 200, body: first };
      asked.resolve();
      await late.promise;
      return { status: 503 };
    });
    const clock = new FakeClock();
    const flag = `--os-image-endpoint-override=${server.url}`;
    const words = [...command.split(" "), flag, "e"];
    const running = cliWith({ clock }, "__complete", "--", ...words);
    await asked.promise;
    await clock.advance(1000);
    assertEquals((await running).out.split("\t")[0]?.trim(), offer);
    late.resolve();
  });
}
