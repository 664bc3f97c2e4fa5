/**
 * Compares the stand-in `rbd` of the embedded lab with the real one: same streams, same refusals,
 * same exit statuses. All tests with the stand-in depend on this.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { CEPH_CONF } from "@lab/ceph/ceph_conf.ts";
import { EmbeddedCeph, type Layout } from "@lab/embedded/ceph.ts";
import { dense, type ImageContent, noise, sparse } from "@lab/embedded/content.ts";
import { RBD_PROGRAM } from "@/sources/rbd/program.ts";
import { UNRESOLVABLE } from "../doubles/host_name.ts";
import { putImage, removeImage } from "./rbd_image.ts";
import { WITHOUT_RIGHTS } from "./without_rights.ts";

const OBJECT = 8 << 20;

interface Outcome {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

const CONTENTS: Readonly<Record<string, readonly [ImageContent, Layout]>> = {
  "an empty image": [dense(noise(0)), "thin"],
  "a few bytes": [dense(noise(5)), "thin"],
  "an odd size": [dense(noise(2 * OBJECT + 777)), "thin"],
  "holes at both ends": [sparse(4 * OBJECT, { [OBJECT]: OBJECT }), "thin"],
  "objects that end early": [sparse(3 * OBJECT + 1, { 0: 10, [2 * OBJECT]: 4097 }), "exact"],
  "what Glance makes of holes": [sparse(3 * OBJECT + 5, { [OBJECT + 9]: 100 }), "thick"],
};

for (const [name, [content, layout]] of Object.entries(CONTENTS)) {
  Deno.test(`stand-in rbd: the streams of ${name} are those of the real one`, async () => {
    await using pair = await startPair(content, layout);
    // The real one of Ceph 16 aborts where an image has no object.
    const whole = content.size > 0 ? [["export-diff", "--whole-object"]] : [];
    for (const words of [["export"], ["export-diff"], ...whole]) {
      const [ours, real] = await pair.run([...words, "--no-progress", ...pair.image, "--path=-"]);
      const command = words.join(" ");
      assertEquals([real.status, ours.status], [0, 0], real.stderr + ours.stderr);
      assertEquals(ours.stdout.length, real.stdout.length, command);
      assert(ours.stdout.every((byte, index) => byte === real.stdout[index]), command);
    }
  });
}

/** Seconds after which a command of the real one counts as hanging. */
const PATIENCE = 15;

/** Whether the real one waits for ever; the stand-in refuses, like Ceph 16. */
const WITHOUT_RIGHTS_HANGS = WITHOUT_RIGHTS.code === "timeout";

/** Arguments after the command; `@` stands for what names the image. */
const REFUSALS: readonly (readonly string[])[] = [
  ["export", "--pool=images", "--image=no-such", "--snap=snap", "--path=-"],
  ["export-diff", "--pool=images", "--image=no-such", "--snap=snap", "--path=-"],
  ["export", "--pool=no-such", "--image=x", "--snap=snap", "--path=-"],
  ["export", "--pool=images", "--path=-"],
  ["export", "@"],
  ["export", "@", "--path=-", "--nonsense=1"],
  ["export", "@", "--path=-", "--nonsense"],
  ["export", "@", "--path=-", "--no_progress"],
  ["export", "@", "--path=-", "--pool=other"],
  ["export", "@", "--path=-", "--snap="],
  ["export", "--pool=images", "--image=other/x@snap", "--path=-"],
  ["export", "--pool=images", "--image", "--snap=snap", "--path=-"],
  ["export", "@", "--path=-", "--id=nobody"],
  ["export", "@", "--path=-", "--id=nocaps"],
  ["export-diff", "@", "--path=-", "--id=nocaps"],
  ["export", "@", "--path=-", "--keyring=/proc/none"],
  ["export", "@", "--path=-", "--conf=/proc/none"],
  ["export", "@", "--path=/proc/none/file"],
  ["export", "@", "--path=/dev/null"],
  ["export", "@", "--path=-", `--mon_host=${UNRESOLVABLE}`],
  ["info", "--pool=images", "--image=no-such", "--format=json"],
  ["ls", "--pool=no-such"],
  ["ls", "--pool=images", "--id=nocaps"],
];

Deno.test("stand-in rbd: refuses what the real one refuses, with the same message", async (test) => {
  await using pair = await startPair(dense(noise(100)), "thin");
  for (const refusal of REFUSALS) {
    await test.step(refusal.join(" "), async () => {
      const args = refusal.flatMap((word) => word === "@" ? pair.image : [word]);
      const [ours, real] = await pair.run(args);
      if (WITHOUT_RIGHTS_HANGS && args.includes("--id=nocaps")) {
        return assertEquals([ours.status, real.status], [1, TERMINATED]);
      }
      assertEquals(ours.status, real.status, real.stderr);
      assertEquals(ours.stderr, real.stderr);
      assertEquals(ours.stdout, real.stdout);
    });
  }
});

Deno.test("stand-in rbd: accepts Ceph's options in every spelling that the real one accepts", async () => {
  const content = dense(noise(100));
  await using pair = await startPair(content, "thin");
  const spellings = [
    ["export", ...pair.image, "--path", "-", "--client-mount-timeout=5"],
    [
      "export",
      "--rados_osd_op_timeout=5",
      ...pair.image,
      "--path=-",
      "--rados-mon-op-timeout",
      "5",
    ],
    ["export", ...pair.image, "--path=-", "--rbd_concurrent_management_ops=20", "--debug-rbd=0"],
    ["export", "images/" + pair.name + "@snap", "-", "--log-file=/dev/null"],
    ["export", "-p", "images", `--image=${pair.name}@snap`, "-", "--err-to-stderr=true"],
  ];
  for (const args of spellings) {
    const [ours, real] = await pair.run([...args, "--no-progress"]);
    assertEquals([ours.status, ours.stderr], [real.status, real.stderr], args.join(" "));
    assertEquals(ours.stdout, real.stdout, args.join(" "));
    assertEquals(ours.stdout.length, content.size, args.join(" "));
  }
});

/** One image in both clusters. */
async function startPair(content: ImageContent, layout: Layout) {
  const directory = await Deno.makeTempDir();
  const name = crypto.randomUUID();
  const ceph = EmbeddedCeph.create(directory);
  ceph.store(name, content, { layout });
  await putImage(name, content, layout);
  return {
    name,
    image: ["--pool=images", `--image=${name}`, "--snap=snap"],
    run: (args: readonly string[]) =>
      Promise.all([
        outcome(ceph.program, ceph.conf, args),
        outcome(RBD_PROGRAM, CEPH_CONF, args),
      ]),
    async [Symbol.asyncDispose]() {
      await removeImage(name, layout);
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** The status of what SIGTERM has ended. */
const TERMINATED = 128 + 15;

async function outcome(
  program: string,
  conf: string,
  [command = "", ...args]: readonly string[],
): Promise<Outcome> {
  const named = args.some((word) => word.startsWith("--id=")) ? [] : ["--id=nova"];
  const where = args.some((word) => word.startsWith("--conf=")) ? [] : [`--conf=${conf}`];
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [command, ...where, ...named, ...args],
    clearEnv: true,
    env: { LC_ALL: "C" },
    signal: AbortSignal.timeout(PATIENCE * 1000),
  }).output();
  const directory = conf.slice(0, conf.lastIndexOf("/"));
  return { status: code, stdout, stderr: comparable(new TextDecoder().decode(stderr), directory) };
}

/** Without what differs from run to run: times, threads, addresses, the order and number of log lines. */
function comparable(stderr: string, directory: string): string {
  const lines = stderr.replaceAll(directory, "DIRECTORY").split(/[\r\n]+/)
    .map((line) => line.replace(/^\S+ [0-9a-f]+ +-?\d /, "").replaceAll(/0x[0-9a-f]+/g, "0x0"))
    .filter((line) => line !== "");
  return [...new Set(lines)].sort().join("\n");
}
