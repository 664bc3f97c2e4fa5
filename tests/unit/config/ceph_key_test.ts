import { assertEquals } from "@std/assert";
import { knowsKeyType, readKey } from "@/config/ceph_key.ts";

const AES = "AQBtbwxrqwPwLxAAgJ7wFsvBjbJd7MKNv4Xg7g==";
const AES256K = "AgBtbwxr6GEgLCAAyIVxQsyP4rigg+norrQVeRkOl5X4Wzt9QtLtm9c49no=";

/** Keys that ceph-authtool 20.2.4 made, and what rbd refuses. */
const KEYS: readonly (readonly [key: string, read: ReturnType<typeof readKey>])[] = [
  [AES, { type: "aes" }],
  [AES256K, { type: "aes256k" }],
  ["", { fault: "it has 0 bytes, expected at least 28" }],
  ["AQBx!!notbase64", { fault: "it is not base64" }],
  ["AQBxyzxyAAAAABAA xyzxyzxyzxyzxyzxyzxyzw==", { fault: "it is not base64" }],
  [AES.slice(0, -1), { fault: "it is not base64" }],
  ["AQBxyzxy", { fault: "it has 6 bytes, expected at least 28" }],
  [AES.slice(0, 28), { fault: "it has 21 bytes with a secret of 16, expected 28 with 16 (aes)" }],
  [AES256K.slice(0, 40), {
    fault: "it has 30 bytes with a secret of 32, expected 44 with 32 (aes256k)",
  }],
  [`Aw${AES.slice(2)}`, { fault: "its type is 3, expected 1 (aes) or 2 (aes256k)" }],
  [`AQBtbwxrqwPwLxEA${AES.slice(16)}`, {
    fault: "it has 28 bytes with a secret of 17, expected 28 with 16 (aes)",
  }],
];

for (const [key, read] of KEYS) {
  Deno.test(`readKey() says '${"type" in read ? read.type : read.fault}'`, () => {
    assertEquals(readKey(key), read);
  });
}

/** Public notes of the releases: 19.2.6, 20.2.4, and everything from 21 on. */
const VERSIONS: readonly (readonly [version: string, knows: boolean])[] = [
  ["ceph version 16.2.15 (618f) pacific (stable)", false],
  ["ceph version 18.2.7 (6b0e) reef (stable)", false],
  ["ceph version 19.2.5", false],
  ["ceph version 19.2.6", true],
  ["ceph version 20.2.3", false],
  ["ceph version 20.2.4 (7f79) tentacle (stable - RelWithDebInfo)", true],
  ["ceph version 20.3.0", true],
  ["ceph version 21.1.0", true],
  ["ceph version Development", true],
];

for (const [version, knows] of VERSIONS) {
  Deno.test(`knowsKeyType() of '${version}' says ${knows}`, () => {
    assertEquals([knowsKeyType(version, "aes256k"), knowsKeyType(version, "aes")], [knows, true]);
  });
}
