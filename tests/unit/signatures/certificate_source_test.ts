/**
 * Where certificates come from: stores in order, and a directory as one.
 *
 * @module
 */
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { CertificateStore } from "@/openstack/barbican/client.ts";
import { certificateDirectory, certificateSource } from "@/signatures/certificate_source.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { ROOT } from "./samples.ts";

const { signal } = new AbortController();

function store(label: string, ids: readonly string[]) {
  const asked: string[] = [];
  const found: CertificateStore = {
    label,
    find: (id) => {
      asked.push(id);
      return Promise.resolve(ids.includes(id) ? { pem: ROOT, origin: label } : null);
    },
  };
  return { ...found, asked };
}

Deno.test("certificateSource asks its stores in order, and none twice for the same", async () => {
  const [first, second] = [store("first", ["a"]), store("second", ["a", "b"])];
  const source = certificateSource([first, second]);
  for (const id of ["a", "b", "a", "b"]) await source.get(id, signal);
  assertEquals([first.asked, second.asked], [["a", "b"], ["b"]]);
});

Deno.test("certificateSource refuses what is not a certificate, naming where it was found", async () => {
  const odd: CertificateStore = {
    label: "odd",
    find: () => Promise.resolve({ pem: "0\x82\x01\x00", origin: "secret 'a'" }),
  };
  const error = await assertRejects(
    () => certificateSource([odd]).get("a", signal),
    ToolError,
    "Cannot read the certificate of secret 'a': it is not in PEM format",
  );
  assertEquals(error.code, "certificate_invalid");
});

Deno.test("certificateSource names every store that does not have it, and asks again the next time", async () => {
  const only = store("Barbican", []);
  const source = certificateSource([only, store("directory '/x'", [])]);
  for (let times = 0; times < 2; times++) {
    const error = await assertRejects(() => source.get("c", signal), ToolError);
    assertEquals(error.message, "Cannot find certificate 'c' in Barbican or directory '/x'");
    assertEquals(error.code, "certificate_invalid");
  }
  assertEquals(only.asked, ["c", "c"]);
});

Deno.test("certificateSource does not look elsewhere when a store fails", async () => {
  const failing: CertificateStore = {
    label: "failing",
    find: () => Promise.reject(new ToolError("temporary", "later")),
  };
  const next = store("next", ["a"]);
  const source = certificateSource([failing, next]);
  await assertRejects(() => source.get("a", signal), ToolError, "later");
  assertEquals(next.asked, []);
});

Deno.test("certificateSource passes on nothing that could be a path or another URL", async () => {
  const only = store("any", []);
  const source = certificateSource([only]);
  const wrong = [
    "",
    "..",
    "../a",
    "a/b",
    "a.pem",
    "-a",
    "a b",
    "a?b",
    "a%2Fb",
    "ä",
    "a\n",
    "x".repeat(65),
  ];
  for (const id of wrong) {
    const error = await assertRejects(() => source.get(id, signal), ToolError, "its id is not");
    assertEquals(error.code, "certificate_invalid");
  }
  assertEquals(only.asked, []);
});

function directory(files: Readonly<Record<string, string>>, isFile = true) {
  const fake = {
    stat: (path: string) =>
      path in files ? { isFile, size: files[path]?.length } as FileInfo : undefined,
    readText: (path: string) => files[path],
  } as Pick<Files, "stat" | "readText">;
  return certificateDirectory(fake, "/certs");
}

Deno.test("certificateDirectory reads ID.pem, and returns null if there is none", async () => {
  const store = directory({ "/certs/some-id.pem": ROOT });
  assertEquals(await store.find("some-id", signal), {
    pem: ROOT,
    origin: "file '/certs/some-id.pem'",
  });
  assertEquals(await store.find("other", signal), null);
});

Deno.test("certificateDirectory refuses what is not a certificate, naming the file", async () => {
  const path = "/certs/a.pem";
  const cases = [
    directory({ [path]: "x".repeat(65537) }),
    directory({ [path]: ROOT }, false),
  ];
  for (const store of cases) {
    const error = await assertRejects(() => store.find("a", signal), ToolError, `'${path}'`);
    assertEquals(error.code, "certificate_invalid");
  }
});
