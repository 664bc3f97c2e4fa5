/**
 * `seal IMAGE…`: signs the chunk digests of images, so that every host verifies them at the speed
 * of their data.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { addOptions } from "@/commands/command.ts";
import { deadline } from "@/commands/deadline.ts";
import { expectFile } from "@/commands/file_argument.ts";
import { chosenSource, type SourceFlags, sourceFlags } from "@/commands/fetch_options.ts";
import { publishSeal, writeSeal } from "@/commands/seal_output.ts";
import { openServices, type Services } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { transferImage } from "@/commands/transfer.ts";
import { ToolError } from "@/errors.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { document } from "@/manual/documentation.ts";
import { withHash } from "@/plan/hash_wait.ts";
import { type FetchRequest, STRICT } from "@/plan/request.ts";
import { chunkCount } from "@/seals/chunks.ts";
import { readSigner, type Signer } from "@/seals/key.ts";
import { sealedImage } from "@/seals/lookup.ts";
import { makeSeal } from "@/seals/seal.ts";
import { LARGEST_IMAGE } from "@/seals/statement.ts";
import { readKeyFile } from "@/seals/trusted_keys.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { Verified } from "@/transfer/result.ts";
import { proof } from "@/ui/fetch_result.ts";
import { oneLine } from "@/ui/one_line.ts";
import { hangingParts } from "@/ui/wrap.ts";

/** The command. */
export function sealCommand(run: Run): AnyCommand {
  const command = new Command("seal")
    .summary("sign the chunks of images")
    .description(
      "Verifies images in full, signs the SHA-256 of each 4 MiB, and publishes that as a hidden " +
        "image. Hosts with the public key ([glance_direct]seal_keys) then verify each chunk by itself.",
    )
    .argument("<images...>", "ids or unique names")
    .requiredOption("--key <file>", "Ed25519 private key: openssl genpkey -algorithm ed25519")
    .option("-o, --output <dir>", "write ID.seal files there instead of publishing");
  addOptions(command, sourceFlags());
  return document(command, {
    notes: [
      "Publishing requires a role that may create images and change this one. Once per key:",
      [
        "  openssl genpkey -algorithm ed25519 -out KEY.pem",
        "  openssl pkey -in KEY.pem -pubout -out seal.pub.pem",
      ],
    ],
    examples: [
      ["seal ubuntu-24.04 --key KEY.pem", "after its upload"],
      ["seal ubuntu-24.04 --key KEY.pem -o ./seals", "for [glance_direct]seal_dir of the hosts"],
    ],
    exits: [0, 64, 65, 66, 69, 73, 75, 77, 78, 130],
  })
    .action((images, flags) =>
      run((session) => sealAll(session, images, flags as typeof flags & SourceFlags))
    );
}

interface SealFlags extends SourceFlags {
  readonly key: string;
  readonly output?: string | undefined;
}

/**
 * One after the other: each is limited by its hash, and every result is printed when it is ready.
 */
async function sealAll(
  session: Session,
  words: readonly string[],
  flags: SealFlags,
): Promise<undefined> {
  const signer = await signerOf(session, flags.key);
  const signal = deadline(session);
  using services = await openServices(session, signal);
  for (const word of words) {
    const found = await services.client.find(word, signal);
    const record = await withHash(services, found, signal);
    session.print(await sealOne({ session, services, signer, flags, signal }, record));
  }
}

interface SealParts {
  readonly session: Session;
  readonly services: Services;
  readonly signer: Signer;
  readonly flags: SealFlags;
  readonly signal: AbortSignal;
}

async function sealOne(parts: SealParts, record: ImageRecord): Promise<Result> {
  const { session, services, signer, flags, signal } = parts;
  const { digests, seconds, verified } = await digested(parts, record);
  const image = sealedImage(record);
  if (image === undefined) throw new TypeError("an image without a hash was verified");
  const { id, size, hash } = image;
  const time = new Date(session.context.clock.now()).toISOString();
  const text = await makeSeal({ image: id, size, hash, digests, time }, signer);
  const path = flags.output === undefined
    ? null
    : await writeSeal(session.context, flags.output, id, text);
  const published = path === null
    ? await publishSeal(session.context, services.client, record, text, signal)
    : null;
  const seal = { key: signer.key.id, chunks: chunkCount(size), bytes: text.length };
  const said = [
    `${record.name ?? id}:`,
    `${seal.chunks} chunks sealed by ${seal.key};`,
    proof(verified),
  ];
  const where = path ?? `published as image ${published}`;
  return {
    json: { image: { id, name: record.name, size }, seal, published, path, verified, seconds },
    text: ({ columns }) => `${hangingParts(said.map(oneLine), columns)}\n${where}`,
  };
}

/** The digests of an image that was verified in full, by the usual engine in its thread. */
async function digested(
  { flags, services, session, signal }: SealParts,
  record: ImageRecord,
): Promise<{ digests: Uint8Array<ArrayBuffer>; verified: Verified; seconds: number }> {
  expectSealable(record);
  let digests: Uint8Array<ArrayBuffer> | undefined;
  const request = requestOf(flags);
  const { verified, seconds } = await transferImage(session, services, record, request, signal, {
    // More images may follow, and the seals are written by this thread.
    onReady: () => {},
    onChunks: (all) => void (digests = all),
  });
  if (digests === undefined) throw new TypeError("no chunk was digested");
  return { digests, verified, seconds };
}

function requestOf(flags: SealFlags): FetchRequest {
  return { ...STRICT, ...chosenSource(flags), digestChunks: true, place: { kind: "nowhere" } };
}

function expectSealable({ id, size }: ImageRecord): void {
  if (size === null || size <= LARGEST_IMAGE) return;
  throw new ToolError(
    "usage",
    `Cannot seal image '${id}': it has ${size} bytes, expected at most ${LARGEST_IMAGE}`,
    { hints: ["hosts verify it by the hash of its record: glance-direct fetch"] },
  );
}

async function signerOf({ context }: Session, path: string): Promise<Signer> {
  expectFile(context.files, "sign with", path);
  try {
    return await readSigner(readKeyFile(context.files, path));
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new ToolError("usage", `Cannot sign with '${path}': ${error.message}`, {
      // Never with this path: the file may be the public key, or another key.
      hints: [
        "name the private key; to make one: openssl genpkey -algorithm ed25519 -out seal.pem",
      ],
    });
  }
}
