/**
 * What it costs to verify the signature of an image over a digest that is there already: certificate
 * parsed, plan made, signature verified. Keys are made by openssl.
 *
 *     deno bench -A tests/bench/signatures_bench.ts
 *
 * @module
 */
import { createHash } from "node:crypto";
import { signaturePlan, verifySignature } from "@/signatures/signature.ts";
import type { KeyType } from "@/signatures/properties.ts";
import { parseCertificate } from "@/signatures/certificate.ts";

const DATA = new TextEncoder().encode("image data");
const PSS = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:max"];

const KEYS: readonly (readonly [KeyType, newKey: string, options: readonly string[]])[] = [
  ["RSA-PSS", "rsa:4096", PSS],
  ["ECC_SECP384R1", "ec:<(openssl ecparam -name secp384r1)", []],
  ["ECC_SECP521R1", "ec:<(openssl ecparam -name secp521r1)", []],
];

for (const [keyType, newKey, options] of KEYS) {
  const { pem, signature } = sign(newKey, options);
  const digest = createHash("sha512").update(DATA).digest();
  Deno.bench(`${keyType}, ${newKey.replace(/[^\w:]|openssl.*-name/g, "")}`, () => {
    const properties = { keyType, hash: "sha512", signature, certificateId: "signer" } as const;
    const certificate = parseCertificate(pem, "the bench");
    verifySignature(signaturePlan("image", properties, certificate, false), digest);
  });
}

function sign(newKey: string, options: readonly string[]) {
  const directory = Deno.makeTempDirSync();
  try {
    Deno.writeFileSync(`${directory}/data`, DATA);
    const make = `openssl req -x509 -newkey ${newKey} -nodes -subj /CN=bench -keyout key -out cert`;
    const use = `openssl dgst -sha512 -sign key ${options.join(" ")} -out signature data`;
    const { success, stderr } = new Deno.Command("bash", {
      args: ["-c", `${make} && ${use}`],
      cwd: directory,
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const pem = Deno.readTextFileSync(`${directory}/cert`);
    return { pem, signature: Deno.readFileSync(`${directory}/signature`) };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
