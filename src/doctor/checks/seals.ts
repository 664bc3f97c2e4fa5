/**
 * Checks of the seals, which save this host most of the hashing.
 *
 * @module
 */
import { type Check, failure, type HostFacts, NotApplicable, ok, warning } from "@/doctor/check.ts";
import { settingAt } from "@/doctor/direct_path.ts";
import { expectedFailure, messageOf } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { sealStores } from "@/plan/chunks.ts";
import { findSeal } from "@/seals/lookup.ts";
import { readTrustedKeys, type TrustedKeys } from "@/seals/trusted_keys.ts";

/** The check. */
export const sealKeys: Check = {
  id: "seals.keys",
  what: "the public keys of seals can be read",
  run(host) {
    const { keys, problems } = trustedKeys(host);
    const [first, ...more] = problems;
    if (first === undefined) {
      return ok(`Seals of ${keys.length} keys are trusted`, keys.map(({ id }) => id));
    }
    return failure(
      first.message,
      [...first.hints.slice(0, 1), `it is named by ${settingAt(host, "glance_direct.seal_keys")}`]
        .join("; "),
      more.map(messageOf),
    );
  },
};

/** The check. */
export const sealSample: Check = {
  id: "seals.valid",
  what: "the seals of images are found and valid",
  async run(host, signal) {
    const { keys } = trustedKeys(host);
    if (keys.length === 0) throw new NotApplicable("No key can be used: see seals.keys");
    const images = await host.images();
    const parts = await host.services();
    const judge = (image: ImageRecord) => verdictOn(parts, image, keys, signal);
    const verdicts = await Promise.all(images.map(judge));
    const found = verdicts.filter((verdict) => verdict !== undefined);
    const problems = found.filter((verdict) => verdict !== "");
    const count = `of the ${images.length} images checked`;
    if (found.length === 0) {
      throw new NotApplicable(`None ${count} is sealed: glance-direct seal IMAGE --key KEY.pem`);
    }
    if (problems.length === 0) return ok(`The seals of ${found.length} ${count} are valid`);
    return warning(
      `The seals of ${problems.length} ${count} cannot be used: the whole images are hashed`,
      "seal them again: glance-direct seal IMAGE --key KEY.pem",
      problems,
    );
  },
};

function trustedKeys({ config, context: { files } }: HostFacts): TrustedKeys {
  const paths = config.get("glance_direct.seal_keys");
  if (paths.length === 0) throw new NotApplicable("[glance_direct]seal_keys is empty");
  return readTrustedKeys(files, paths);
}

/** The problem with a seal, `""` for none, or `undefined` if there is no seal. */
async function verdictOn(
  parts: Parameters<typeof sealStores>[0],
  image: ImageRecord,
  keys: TrustedKeys["keys"],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const seal = await findSeal(sealStores(parts), image, keys, signal);
    return seal === undefined ? undefined : "";
  } catch (error) {
    return expectedFailure(error, signal).message;
  }
}
