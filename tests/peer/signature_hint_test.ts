/**
 * The hint for a signature with the wrong padding is a command; OpenSSL makes an accepted signature
 * with it, and also one with the salt that OpenSSL uses by default.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { digestOf } from "@/signatures/digest.ts";
import { signaturePlan, verifySignature } from "@/signatures/signature.ts";
import type { SignatureHash } from "@/signatures/properties.ts";
import { parseCertificate } from "@/signatures/certificate.ts";
import { peerTest } from "./peer.ts";

const DATA = new TextEncoder().encode("image data");

const PSS = ["-sigopt", "rsa_padding_mode:pss"];

for (const hash of ["sha224", "sha256", "sha384", "sha512"] as const) {
  peerTest(
    `verifySignature hints at the command that fixes a missing padding mode over ${hash}`,
    { programs: { openssl: ["version"] } },
    () => inDirectory((directory) => fix(directory, hash)),
  );
  for (
    const salt of [[], ["-sigopt", "rsa_pss_saltlen:digest"], ["-sigopt", "rsa_pss_saltlen:max"]]
  ) {
    peerTest(
      `verifySignature accepts what 'openssl dgst -${hash} ${[...PSS, ...salt].join(" ")}' signs`,
      { programs: { openssl: ["version"] } },
      () => inDirectory(async (directory) => (await signed(directory, hash, [...PSS, ...salt]))()),
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

async function fix(directory: string, hash: SignatureHash) {
  const [hint = ""] = assertThrows(await signed(directory, hash, []), ToolError).hints;
  const [program, ...args] = hint.replace("sign it again: ", "").split(" ");
  assertEquals(program, "openssl");
  await run(directory, args);
  (await verification(directory, hash))();
}

/** Signs with a new key. @returns What verifies it. */
async function signed(directory: string, hash: SignatureHash, options: readonly string[]) {
  const openssl = (...args: readonly string[]) => run(directory, args);
  await Deno.writeFile(`${directory}/IMAGE`, DATA);
  await openssl(
    ..."req -x509 -newkey rsa:2048 -nodes -keyout KEY.pem -out CERT.pem -subj /CN=x".split(" "),
  );
  await openssl("dgst", `-${hash}`, ...options, "-sign", "KEY.pem", "-out", "SIGNATURE", "IMAGE");
  return await verification(directory, hash);
}

async function verification(directory: string, hash: SignatureHash): Promise<() => void> {
  const pem = await Deno.readTextFile(`${directory}/CERT.pem`);
  const signature = await Deno.readFile(`${directory}/SIGNATURE`);
  const properties = { signature, hash, keyType: "RSA-PSS", certificateId: "x" } as const;
  const plan = signaturePlan("image", properties, parseCertificate(pem, "x"), false);
  return () => verifySignature(plan, digestOf(hash, DATA));
}

async function run(cwd: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: [...args], cwd }).output();
  if (!success) throw new Error(`openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
