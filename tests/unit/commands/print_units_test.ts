import { join, relative } from "node:path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { cli } from "../../doubles/cli.ts";
import { withFiles } from "../../doubles/folder.ts";

/** The words of the printed service behind `glance-direct`. */
async function repeated(...words: readonly string[]): Promise<readonly string[]> {
  const { status, out, err } = await cli(...words, "--print-units", "-f", "json");
  assertEquals([status, err], [0, ""]);
  const { service } = JSON.parse(out) as { service: string };
  const [, line = ""] = /^ExecStart=\/usr\/bin\/glance-direct (.*)$/m.exec(service) ?? [];
  return line.split(" ");
}

Deno.test("prefetch --print-units makes paths absolute: a unit starts in '/'", () =>
  withFiles({ "nova.conf": "", "images": "a\n", "ca.pem": "" }, async (folder) => {
    const here = (name: string) => relative(Deno.cwd(), join(folder, name));
    const words = await repeated(
      ...["prefetch", "--config-file", here("nova.conf"), "--from", here("images")],
      ...["--os-cacert", here("ca.pem"), "--os-cloud", "site"],
    );
    assertEquals(words, [
      "prefetch",
      `--config-file=${join(folder, "nova.conf")}`,
      `--from=${join(folder, "images")}`,
      "--os-cloud=site",
      `--os-cacert=${join(folder, "ca.pem")}`,
      "--keep-going",
    ]);
  }));

Deno.test("prefetch --print-units prints a command line that it accepts, and prints again unchanged", () =>
  withFiles({ "nova.conf": "" }, async (folder) => {
    const words = await repeated(
      ...["prefetch", "--config-file", join(folder, "nova.conf"), "--insecure", "--jitter=1m"],
      ...["--os-auth-url=http://keystone", "--source=rbd", "--no-fallback", "--verify=size"],
      ...[
        "--allow-unhashed",
        "--trusted-cert=a",
        "--retries=1",
        "--timeout=1h",
        "--tag=x",
        "image",
      ],
    );
    assertEquals(words.includes("--insecure"), true);
    assertEquals(await repeated(...words.slice(0, -2), "image"), words);
  }));

Deno.test("prefetch --print-units repeats every flag of the run that is given, and no other", async () => {
  const flags = [
    ...["--tag=golden", "--tag=a", "--property=os=b", "--concurrency=3", "--jitter=90s"],
    ...["--source=rbd", "--limit-rate=50M", "--no-fallback", "--verify=size", "--allow-unhashed"],
    ...["--trusted-cert=a", "--trusted-cert=b", "--os-cloud=site", "--insecure"],
  ];
  assertEquals(await repeated("prefetch", ...flags, "-v", "--progress=never", "debian-12"), [
    "prefetch",
    ...flags,
    "--keep-going",
    "--",
    "debian-12",
  ]);
  assertEquals(await repeated("prefetch", "--all-public"), [
    ...["prefetch", "--all-public", "--keep-going"],
  ]);
});

Deno.test("prefetch --print-units refuses what no unit can repeat", async () => {
  const refused = {
    "Cannot prefetch: no image is named": [],
    "Cannot print units with --from -": ["--from", "-"],
    "Cannot print units with --force": ["--all-public", "--force"],
    "Cannot print units with --os-token": ["--all-public", "--os-token", "secret"],
    "Cannot use the volume '/none'": ["--all-public", "--volume", "/none"],
    "Cannot use the volume 'tests'": ["--all-public", "--volume", "tests"],
    "a container and a volume at once": ["--all-public", "--volume", "/", "--container", "nova"],
  };
  for (const [message, words] of Object.entries(refused)) {
    const { status, out, err } = await cli("prefetch", ...words, "--print-units");
    assertEquals([status, out], [64, ""]);
    assertStringIncludes(err, message);
  }
});

Deno.test("prefetch --print-units repeats the owner of the images, in a container of podman or Docker", async () => {
  const asked = ["prefetch", "--tag=a", "--owner=p1", "--visibility=public", "--print-units"];
  for (const engine of ["podman", "docker"]) {
    const place = [
      "--container",
      "nova_compute",
      ...engine === "podman" ? [] : ["--engine", engine],
    ];
    const { out } = await cli(...asked, ...place, "-f", "json");
    assertStringIncludes(
      JSON.parse(out).service,
      `\nExecStart=/usr/bin/${engine} exec nova_compute glance-direct prefetch --tag=a ` +
        "--owner=p1 --visibility=public --keep-going\n",
    );
  }
});

Deno.test("prefetch refuses --container and --volume without --print-units", async () => {
  for (const flag of ["--container", "--volume"]) {
    const { status, err } = await cli("prefetch", "image", flag, "/x");
    assertEquals(status, 64);
    assertStringIncludes(err, `Cannot prefetch with ${flag}: it is only for --print-units`);
  }
});
