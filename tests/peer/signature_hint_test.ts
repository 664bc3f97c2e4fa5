/**
 * The hint of a signature with a wrong salt or padding is a command, and OpenSSL makes a signature
 * with it that is accepted.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { digestOf } from "@/signatures/digest.ts";
import { signaturePlan, verifySignature } from "@/signatures/signature.ts";
import type { SignatureHash } from "@/signatures/signature_properties.ts";
import { parseCertificate } from "@/signatures/x509.ts";
import { peerTest } from "./peer.ts";

const DATA = new TextEncoder().encode("image data");
/** What Glance's documentation tells to type gives these, depending on OpenSSL's version and one's care. */
const MISTAKES = {
  "salt as long as the digest": [
    "-sigopt",
    "rsa_padding_mode:pss",
    "-sigopt",
    "rsa_pss_saltlen:digest",
  ],
  "no padding mode": [],
};

for (const [mistake, options] of Object.entries(MISTAKES)) {
  for (const hash of ["sha224", "sha256", "sha384", "sha512"] as const) {
    peerTest(
      `verifySignature hints at the command that mends ${mistake} over ${hash}`,
      { programs: { openssl: ["version"] } },
      () => inDirectory((directory) => mend(directory, hash, options)),
    );
  }
}

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function mend(directory: string, hash: SignatureHash, options: readonly string[]) {
  const openssl = (...args: readonly string[]) => run(directory, args);
  await Deno.writeFile(`${directory}/IMAGE`, DATA);
  await openssl(
    ..."req -x509 -newkey rsa:2048 -nodes -keyout KEY.pem -out CERT.pem -subj /CN=x".split(" "),
  );
  const pem = await Deno.readTextFile(`${directory}/CERT.pem`);
  const verify = async () => {
    const signature = await Deno.readFile(`${directory}/SIGNATURE`);
    const properties = { signature, hash, keyType: "RSA-PSS", certificateId: "x" } as const;
    const plan = signaturePlan("image", properties, parseCertificate(pem, "x"), false);
    return () => verifySignature(plan, digestOf(hash, DATA));
  };
  await openssl("dgst", `-${hash}`, ...options, "-sign", "KEY.pem", "-out", "SIGNATURE", "IMAGE");
  const [hint = ""] = assertThrows(await verify(), ToolError).hints;
  const [program, ...args] = hint.replace("sign it again: ", "").split(" ");
  assertEquals(program, "openssl");
  await openssl(...args);
  (await verify())();
}

async function run(cwd: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: [...args], cwd }).output();
  if (!success) throw new Error(`openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
