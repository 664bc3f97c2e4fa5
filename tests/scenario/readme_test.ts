import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { PRIVATE_PEM } from "../doubles/seals.ts";
import { Host } from "./host.ts";

const DOCUMENTS = [
  "README.md",
  ".github/OPERATIONS.md",
  ".github/CONTRIBUTING.md",
  ".github/SEALS.md",
];

/** The program's own lines in the documents' shell blocks, without comments and what reads their output. */
function commands(): readonly string[] {
  const texts = DOCUMENTS.map((path) =>
    Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url))
  );
  const blocks = [...texts.join("\n").matchAll(/^ *```sh\n(.*?)^ *```$/gms)]
    .map(([, block]) => block ?? "");
  return blocks.flatMap((block) => block.split("\n").map((line) => line.trim()))
    .filter((line) => line.startsWith("glance-direct "))
    .map((line) => line.replace(/\s+(?:#|\|).*/, "").trim());
}

Deno.test("documents: every command that they print runs as printed", async (test) => {
  await using host = new Host();
  const content = dense(noise(1 << 20));
  const { id } = host.lab.addImage({ name: "ubuntu-24.04", content, tags: ["golden"] });
  const path = `${host.lab.directory}/disk.img`;
  await Deno.writeFile(path, noise(1 << 20));
  const key = `${host.lab.directory}/seal.pem`;
  await Deno.writeTextFile(key, PRIVATE_PEM, { mode: 0o600 });
  const lines = commands();
  assertGreater(lines.length, 8);
  for (const line of lines) {
    // A file that is there is not overwritten.
    const words = line.replace("-o ./disk.img", `-o ${path}.new`).replace("./disk.img", path)
      .replace("[PATH]", path).replace("PATH", path).replace("IMAGE", id).replace("seal.pem", key)
      .split(" ").slice(1);
    const isWriting = /^hook (un)?install/.test(words.join(" "));
    const args = isWriting ? [...words, "--root", host.lab.directory] : words;
    await test.step(line, async () => {
      const ended = await host.run(args);
      assertEquals(ended.status, 0, ended.stderr);
    });
  }
});

Deno.test("readme: the demo succeeds, and shows a fallback", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const [program, ...args] = tasks.demo.command.split(" ");
  assertEquals(program, "deno");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, err);
  assertMatch(err ?? "", /warning: rbd failed: .* continuing with glance/);
  const kept = /Remove them with: rm -r (\S+)/.exec(out ?? "")?.[1] ?? "";
  assertEquals((await Array.fromAsync(Deno.readDir(`${kept}/_base`))).length, 3);
  await Deno.remove(kept, { recursive: true });
});
