/**
 * The format inspector beside the real ones: nova's whole `fetch_to_raw`, with the inspector that this
 * nova has, and qemu-img. Every image of the corpus is looked at whole and cut short, each of them in
 * pieces of every power of two from 1 byte to 1 MiB, one less, one more, and of eight sizes drawn for
 * it; the first 100 bytes in pieces of every size. Pieces of mixed sizes are for tests/unit/formats.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { ToolError } from "@/errors.ts";
import type { Inspection } from "@/formats/inspector.ts";
import { novaRules } from "@/formats/nova_rules.ts";
import { recognized } from "../unit/formats/inspect_image.ts";
import { chunkSizes, inspect } from "./format_chunks.ts";
import { makeCorpus, type Sample } from "./format_corpus.ts";
import { askPeers, peersMissing, type PeerVerdict } from "./format_peer.ts";

const DECLARED = [
  "raw",
  "qcow2",
  "vmdk",
  "vhd",
  "vhdx",
  "vdi",
  "iso",
  "gpt",
  "luks",
  "qed",
  "ami",
  "aki",
  "ari",
  "ploop",
  null,
];
const CUTS = [100, 512, 600, 34815, 34816];

/** An image of the corpus, or the first bytes of one, and what the peers say of it. */
interface Case extends Sample {
  readonly whole: boolean;
  readonly peer: PeerVerdict;
}

/** A difference from nova that is meant. */
interface Difference {
  readonly why: string;
  /** Only novas with an inspector of their own (up to 2024.1), or only later ones. */
  readonly novas?: "own" | "oslo";
  readonly declared: readonly (string | null)[];
  /** Images; all, if absent. */
  readonly images?: RegExp;
  /** What we say; nova says the opposite. */
  readonly taken: boolean;
}

const DIFFERENCES: readonly Difference[] = [
  {
    why: "version 2 has header extensions where oslo.utils looks for the data-file bit",
    declared: ["qcow2"],
    images: /^qcow2 v2 with a header extension/,
    taken: true,
  },
  {
    why: "an undo or differencing VDI lacks what its parent has; qemu-img opens it all the same",
    declared: ["vdi"],
    images: /^vdi of type 4/,
    taken: false,
  },
  {
    why: "oslo.utils looks for the type of a descriptor in the first 4 KiB only",
    declared: ["raw", "ami", "aki", "ari"],
    images: /^text with a type far on/,
    taken: false,
  },
  {
    why: "a kernel is no disk: nova looks at nothing then, and its EFI stub is no partition table",
    novas: "oslo",
    declared: ["aki", "ari"],
    images: /^(mbr|gpt|kernel)/,
    taken: true,
  },
  {
    why: "older: no kernel is taken for a disk, whatever it is; as a kernel it is taken",
    novas: "own",
    declared: ["aki", "ari"],
    taken: true,
  },
  {
    why: "older: LUKS 2 is raw",
    novas: "own",
    declared: ["raw"],
    images: /^luks of version 2/,
    taken: false,
  },
  {
    why: "older: a footer is never taken",
    novas: "own",
    declared: ["vmdk"],
    images: /^vmdk with footer$/,
    taken: true,
  },
  {
    why: "older: the type in the descriptor is not looked at",
    novas: "own",
    declared: ["vmdk"],
    images: /^vmdk (of another type|without type|with a long type|with two types)/,
    taken: false,
  },
  {
    why: "older: a descriptor of its own is only recognised by qemu-img",
    novas: "own",
    declared: ["raw"],
    images: /^text with a type/,
    taken: false,
  },
];

/** Newer oslo.utils fails on text that is not ASCII, before it has a verdict. */
const CRASHES = /^text with other letters/;

Deno.test("FormatInspector beside nova and qemu-img", async (t) => {
  const missing = await peersMissing();
  if (missing !== undefined && Deno.env.get("GLANCE_DIRECT_REQUIRE_PEERS") === undefined) {
    Deno.stderr.writeSync(new TextEncoder().encode(`skipped: ${missing}\n`));
    return;
  }
  const directory = await Deno.makeTempDir();
  try {
    const cases = await makeCases(directory);
    await t.step("accepts and refuses like nova, except for the named differences", () => {
      sameAsNova(cases.filter(({ whole }) => whole));
    });
    await t.step("accepts no truncated image that nova refuses, if qemu-img can open it", () => {
      nothingMoreThanNova(cases.filter(({ whole }) => !whole));
    });
    await t.step("refuses without deep inspection what nova still refuses then", () => {
      sameWithoutDeepInspection(cases.filter(({ whole }) => whole));
    });
    await t.step("names the format as qemu-img does", () => {
      sameFormatAsQemu(cases.filter(({ whole }) => whole));
    });
    await t.step("finds the same size of the disk", () => sameSize(cases));
    await t.step("gives the same result for chunks from 1 byte to 1 MiB", () => {
      for (const [index, one] of cases.entries()) sameInChunks(one, index);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

async function makeCases(directory: string): Promise<readonly Case[]> {
  const samples = (await makeCorpus(directory)).flatMap(cutSample);
  const paths = samples.map((_, index) => `${directory}/image-${index}`);
  for (const [index, { bytes }] of samples.entries()) {
    await Deno.writeFile(paths[index] ?? "", bytes);
  }
  const peers = await askPeers(paths);
  assertEquals(peers.length, samples.length);
  return samples.map((sample, index) => ({ ...sample, peer: peers[index] as PeerVerdict }));
}

function cutSample({ name, bytes }: Sample): readonly Omit<Case, "peer">[] {
  const { length } = bytes;
  const cuts = new Set([...CUTS, length >> 1, length - 1].filter((cut) => cut > 0 && cut < length));
  return [
    { name, bytes, whole: true },
    ...Array.from(cuts, (cut) => ({
      name: `${name}, first ${cut} bytes`,
      bytes: bytes.subarray(0, cut),
      whole: false,
    })),
  ];
}

function sameAsNova(cases: readonly Case[]): void {
  const used = new Set<Difference>();
  const unexplained: string[] = [];
  const applies = ({ novas }: Difference) =>
    novas === undefined || novas === (cases.some(({ peer }) => peer.major >= 30) ? "oslo" : "own");
  for (const one of cases) {
    for (const declared of DECLARED) {
      const taken = isTaken(one, declared);
      if (taken === one.peer.nova.includes(declared)) continue;
      if (CRASHES.test(one.name) && taken) continue;
      const known = DIFFERENCES.find((difference) =>
        difference.taken === taken && difference.declared.includes(declared) &&
        (difference.images?.test(one.name) ?? true) && applies(difference)
      );
      if (known === undefined) unexplained.push(`${one.name} as ${declared}: we say ${taken}`);
      else used.add(known);
    }
  }
  assertEquals(unexplained, []);
  const idle = DIFFERENCES.filter((one) => !used.has(one) && applies(one));
  assertEquals(idle, [], "a difference that is no longer one");
}

/** Bytes that are missing behind the headers are found by size and hash; qemu-img may trip on them. */
function nothingMoreThanNova(cases: readonly Case[]): void {
  const more = cases.filter(({ name, peer }) => peer.qemu !== null && !CRASHES.test(name)).flatMap((
    one,
  ) =>
    DECLARED.filter((declared) =>
      isTaken(one, declared) && !one.peer.nova.includes(declared) &&
      !DIFFERENCES.some((difference) =>
        difference.taken && difference.declared.includes(declared) &&
        (difference.images?.test(one.name) ?? true)
      )
    ).map((declared) => `${one.name} as ${declared}`)
  );
  assertEquals(more, []);
}

function sameWithoutDeepInspection(cases: readonly Case[]): void {
  const different = cases.filter(({ bytes, peer }) =>
    peer.qemu !== null &&
    !(inspect(bytes, null, { deep: false }) instanceof ToolError) !== peer.shallow
  );
  assertEquals(different.map(({ name }) => name), []);
}

/** What qemu-img takes for raw, because it asks for more than the magic, or looks elsewhere. */
const RAW_FOR_QEMU =
  /^(qcow2 of version 0|luks of version 2|text with a type|iso|udf|mbr|gpt|kernel)/;

function sameFormatAsQemu(cases: readonly Case[]): void {
  for (const { name, bytes, peer: { qemu } } of cases) {
    if (qemu === null) continue;
    const { detected } = recognized(bytes);
    if (qemu.format === "raw" && RAW_FOR_QEMU.test(name)) continue;
    assertEquals(detected === "vhd" ? "vpc" : detected, qemu.format, name);
  }
}

/** An ISO with a partition table, for a start from a stick, sound or not. */
const TWO_AT_ONCE = /^iso (?:that boots|with a bad MBR)/;

function sameSize(cases: readonly Case[]): void {
  let compared = 0;
  for (const { name, bytes, peer } of cases) {
    const inspection = inspect(bytes, recognized(bytes).detected);
    if (inspection instanceof ToolError || peer.qemu === null) continue;
    const { detected, virtualSize } = inspection;
    compared++;
    // An inspector that knows partition tables finds two formats in there, and gives no size.
    if (peer.major >= 30 && TWO_AT_ONCE.test(name)) continue;
    // qemu-img takes an ISO for raw, and rounds a raw file up to sectors.
    if (detected === "iso") assertEquals(virtualSize ?? 0, peer.isoSize, name);
    else assertEquals(Math.ceil((virtualSize ?? 0) / 512) * 512, peer.qemu.size, name);
  }
  assert(compared > 100, `only ${compared} sizes compared`);
}

/** The seed makes every run try the same sizes; they differ from image to image. */
function sameInChunks({ name, bytes }: Case, seed: number): void {
  const sizes = chunkSizes(bytes.length, seed);
  for (const declared of new Set(["raw", recognized(bytes).detected])) {
    const expected = outcome(inspect(bytes, declared));
    for (const chunk of sizes) {
      assertEquals(outcome(inspect(bytes, declared, { chunk })), expected, `${name} by ${chunk}`);
    }
  }
}

/** By the rules of the nova beside us, as a base that is cached as it is. */
function isTaken({ bytes, peer }: Case, declared: string | null): boolean {
  const policy = { rules: novaRules(peer.major), use: "base" } as const;
  return !(inspect(bytes, declared, { policy }) instanceof ToolError);
}

function outcome(inspection: Inspection | ToolError): unknown {
  return inspection instanceof ToolError ? inspection.message : inspection;
}
