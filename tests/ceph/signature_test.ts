/**
 * Signed images, from the real Barbican to the verdict: an image that nova would refuse is never
 * published.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { ENDPOINTS } from "@lab/ceph/lab.ts";
import { letRead } from "@lab/ceph/secrets.ts";
import { ComputeHost } from "./compute_host.ts";
import { assertSameBytes } from "./content.ts";
import { KINDS, rawFile, Signers, uploadSigned } from "./signed_image.ts";
import { course, failureOf, resultOf } from "./tool.ts";

const VERIFY = "[glance]\nverify_glance_signatures = true\n";
const trusting = (...ids: readonly string[]) =>
  `${VERIFY}enable_certificate_validation = true\ndefault_trusted_certificate_ids = ${ids.join()}\n`;

for (const kind of ["rsa", "ec"] as const) {
  for (const source of ["rbd", "glance"]) {
    Deno.test(`fetch by ${source} verifies an image that a trusted ${kind} key has signed`, async () => {
      await using signers = await Signers.make();
      const signer = await signers.add(kind);
      const file = await rawFile();
      await using image = await uploadSigned(file, await signers.sign(file, kind, signer));
      await using host = await ComputeHost.make({ more: trusting(signers.root) });
      const { verified } = resultOf(await host.fetch(image.id, `--source=${source}`));
      assertEquals(verified.signature, {
        key_type: KINDS[kind].keyType,
        hash: KINDS[kind].hash,
        certificate: signer,
        subject: `CN=${kind},O=Lab`,
      });
      await assertSameBytes(host.base(image.id), file);
      await host.assertLeft(image.id, "the image");
    });
  }
}

Deno.test("fetch refuses before the first byte an image whose signer is not trusted", async () => {
  await using signers = await Signers.make();
  await using others = await Signers.make();
  const file = await rawFile();
  await using image = await uploadSigned(
    file,
    await signers.sign(file, "ec", await signers.add("ec")),
  );
  await using host = await ComputeHost.make({ more: trusting(others.root) });
  const { code, exit_status: status, attempts } = failureOf(await host.fetch(image.id));
  assertEquals([code, status, attempts], ["certificate_invalid", 65, []]);
  await host.assertLeft(image.id, "nothing");
  const trusted = await host.fetch(image.id, `--trusted-cert=${signers.root}`);
  assert(resultOf(trusted).verified.signature !== null);
});

Deno.test("fetch refuses an image whose signature is of other data, without a second source for the same bytes", async () => {
  await using signers = await Signers.make();
  const signer = await signers.add("rsa");
  const file = await rawFile();
  await using image = await uploadSigned(file, await signers.sign(file, "rsa", signer));
  const other = signers.path("rsa.pem");
  await image.change({
    img_signature: (await signers.sign(other, "rsa", signer)).img_signature ?? "",
  });
  await using host = await ComputeHost.make({ more: VERIFY });
  const { code, exit_status: status, attempts } = failureOf(await host.fetch(image.id));
  assertEquals([code, status], ["signature_invalid", 65]);
  assertEquals(course(attempts), ["rbd failed signature_invalid"]);
  await host.assertLeft(image.id, "nothing");
});

Deno.test("fetch refuses an unsigned image if signatures are required", async () => {
  await using image = await uploadSigned(await rawFile(), {});
  await using host = await ComputeHost.make({ more: VERIFY });
  const { code, exit_status: status } = failureOf(await host.fetch(image.id));
  assertEquals([code, status], ["signature_missing", 65]);
  await host.assertLeft(image.id, "nothing");
});

Deno.test("fetch names the access list that lacks the user, and needs only that entry", async () => {
  await using signers = await Signers.make();
  const [ours, theirs] = [await signers.add("rsa"), await signers.add("ec", "demo")];
  const file = await rawFile();
  await using image = await uploadSigned(file, await signers.sign(file, "rsa", ours));
  await image.change(await signers.sign(file, "ec", theirs));
  await using host = await ComputeHost.make({ more: VERIFY });
  const refused = failureOf(await host.fetch(image.id));
  assertEquals([refused.code, refused.exit_status], ["permission_denied", 77]);
  const secret = `${ENDPOINTS.barbican}/v1/secrets/${theirs}`;
  assert(refused.hints[0]?.endsWith(`--user USER_ID ${secret}`), refused.hints[0]);
  await letRead(theirs, "demo", "nova");
  assertEquals(resultOf(await host.fetch(image.id)).verified.signature?.certificate, theirs);
});

Deno.test("fetch needs no Barbican if the certificates are in a directory", async () => {
  await using signers = await Signers.make();
  const signer = await signers.add("ec");
  const file = await rawFile();
  await using image = await uploadSigned(file, await signers.sign(file, "ec", signer));
  await Deno.copyFile(signers.path("ec.pem"), signers.path(`${signer}.pem`));
  await Deno.copyFile(signers.path("root.pem"), signers.path(`${signers.root}.pem`));
  const nowhere = "[barbican]\nbarbican_endpoint = http://127.0.0.1:1\n";
  const directory = `[glance_direct]\ncertificate_dir = ${signers.path("")}\n`;
  const more = `${trusting(signers.root)}${nowhere}${directory}`;
  await using host = await ComputeHost.make({ more });
  const { verified } = resultOf(await host.fetch(image.id));
  assertEquals(verified.signature?.certificate, signer);
});
