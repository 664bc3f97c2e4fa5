/**
 * Images that are signed for real: keys and signatures of OpenSSL, certificates in Barbican, and a
 * Glance that verifies the upload with cursive.
 *
 * @module
 */
import { run } from "@lab/ceph/command.ts";
import { makeRaw } from "@lab/ceph/images.ts";
import { call } from "@lab/ceph/http.ts";
import { tokenFor } from "@lab/ceph/keystone_catalogue.ts";
import { at, PORTS, url } from "@lab/ceph/layout.ts";
import { storeCertificate } from "@lab/ceph/secrets.ts";
import { remove } from "@lab/ceph/seed.ts";

/** How a key signs, in the words of the properties and of OpenSSL. */
export const KINDS = {
  rsa: {
    keyType: "RSA-PSS",
    hashMethod: "SHA-512",
    hash: "sha512",
    newKey: ["rsa:2048"],
    sign: ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:max"],
  },
  ec: {
    keyType: "ECC_SECP384R1",
    hashMethod: "SHA-256",
    hash: "sha256",
    newKey: ["ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"],
    sign: [],
  },
} as const;

/** A root, and signers of it; their certificates are in Barbican. */
export class Signers implements AsyncDisposable {
  readonly #directory: string;
  /** Id of the root's certificate. */
  readonly root: string;

  private constructor(directory: string, root: string) {
    this.#directory = directory;
    this.root = root;
  }

  /** Makes a root. */
  static async make(): Promise<Signers> {
    const directory = await Deno.makeTempDir({ prefix: "glance-direct-signers-" });
    await request(directory, "root", KINDS.ec.newKey, [
      "-addext",
      "basicConstraints=critical,CA:TRUE,pathlen:0",
      "-addext",
      "keyUsage=critical,keyCertSign",
    ]);
    const pem = await Deno.readTextFile(`${directory}/root.pem`);
    return new Signers(directory, await storeCertificate(pem, "nova"));
  }

  /** Makes a signer of the root. Returns the id of its certificate. */
  async add(kind: keyof typeof KINDS, owner: "nova" | "demo" = "nova"): Promise<string> {
    const issuer = ["-CA", `${this.#directory}/root.pem`, "-CAkey", `${this.#directory}/root.key`];
    await request(this.#directory, kind, KINDS[kind].newKey, issuer);
    return await storeCertificate(await Deno.readTextFile(this.path(`${kind}.pem`)), owner);
  }

  /** A file of the signers. */
  path(name: string): string {
    return `${this.#directory}/${name}`;
  }

  /** The properties of a file that a signer has signed. */
  async sign(
    file: string,
    kind: keyof typeof KINDS,
    certificate: string,
  ): Promise<Record<string, string>> {
    const { hash, hashMethod, keyType, sign } = KINDS[kind];
    const signature = this.path("signature");
    const key = this.path(`${kind}.key`);
    await run(["openssl", "dgst", `-${hash}`, ...sign, "-sign", key, "-out", signature, file]);
    return {
      img_signature: (await Deno.readFile(signature)).toBase64(),
      img_signature_hash_method: hashMethod,
      img_signature_key_type: keyType,
      img_signature_certificate_uuid: certificate,
    };
  }

  /** Removes keys and certificates; Barbican keeps its copies. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

async function request(
  directory: string,
  name: string,
  newKey: readonly string[],
  more: readonly string[],
): Promise<void> {
  const [first = "", ...rest] = newKey;
  const out = ["-keyout", `${directory}/${name}.key`, "-out", `${directory}/${name}.pem`];
  await run([
    ..."openssl req -x509 -nodes -days 30 -subj".split(" "),
    `/O=Lab/CN=${name}`,
    "-newkey",
    first,
    ...rest,
    ...out,
    ...more,
  ]);
}

/** An image in Glance, until it is disposed of. */
export interface SignedImage extends AsyncDisposable {
  /** Image id. */
  readonly id: string;
  /** Replaces properties of the record, as whoever may change an image can. */
  change(properties: Readonly<Record<string, string>>): Promise<void>;
}

/** Path of a dense raw image of 24 MiB. */
export async function rawFile(): Promise<string> {
  const path = at("images", "signed.raw");
  await makeRaw(path, 24 << 20, [[0, 24 << 20]]);
  return path;
}

/** Uploads a file through the Glance that asks Keystone, and so can fetch certificates. */
export async function uploadSigned(
  file: string,
  properties: Readonly<Record<string, string>>,
): Promise<SignedImage> {
  const [id, images] = [crypto.randomUUID(), url(PORTS.glance, "/v2/images")];
  const headers = { "x-auth-token": await tokenFor("nova") };
  const record = { id, name: "signed", disk_format: "raw", container_format: "bare" };
  await call("POST", images, { headers, json: { ...record, visibility: "public", ...properties } });
  await call("PUT", `${images}/${id}/file`, { headers, file });
  return {
    id,
    async change(changes) {
      const patch = Object.entries(changes).map(([name, value]) => ({
        op: "replace",
        path: `/${name}`,
        value,
      }));
      const type = "application/openstack-images-v2.1-json-patch";
      await call("PATCH", `${images}/${id}`, {
        headers: { ...headers, "content-type": type },
        json: patch,
      });
    },
    [Symbol.asyncDispose]: () => remove(id),
  };
}
