import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { maskKeys } from "@/ceph_keys.ts";

const AES = "AQBxyzxyAAAAABAAxyzxyzxyzxyzxyzxyzxyzw==";
const AES256K = "AgAA8VNlAAAAACAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const PARSING = "auth: error parsing file /etc/ceph/ceph.client.nova.keyring:";

/** What Ceph 16, 18 and 20 say of keys, and what is left of it. */
const SAID: readonly (readonly [said: string, shown: string])[] = [
  [
    `${PARSING} error setting modifier for [client.nova] type=key val=${AES256K}: Malformed input`,
    `${PARSING} error setting modifier for [client.nova] type=key val=*** (aes256k): Malformed input`,
  ],
  [
    // No new line before it, and none behind it (rook/rook#18240).
    `no word${PARSING} type=key val=${AES}: Malformed input [buffer:3]2026-11-29T18:16:40.923+0000`,
    `no word${PARSING} type=key val=***: Malformed input [buffer:3]2026-11-29T18:16:40.923+0000`,
  ],
  ["type=key val=AQBx!!not base64: Malformed input", "type=key val=***: Malformed input"],
  ["type=key val=short", "type=key val=***"],
  ["type=key val=AQBx:y zw\nrbd: next", "type=key val=***\nrbd: next"],
  ["auth: failed to decode key 'notakey!!'", "auth: failed to decode key '***'"],
  [
    "-1 auth: failed to decode key 'one's\ntwo\n'\n2026-11-29T18:16:40.923+0000 7f -1 monclient",
    "-1 auth: failed to decode key '***'\n2026-11-29T18:16:40.923+0000 7f -1 monclient",
  ],
  ["failed to decode key 'cut", "failed to decode key '***"],
  ["\tkey = abc", "\tkey = ***"],
  ['{"entity":"client.nova","key":"abc"}', '{"entity":"client.nova","key":"***"}'],
  [`words:${AES}words`, "words:***words"],
];

for (const [said, shown] of SAID) {
  Deno.test(`maskKeys() makes ${JSON.stringify(shown)}`, () => {
    assertEquals(maskKeys(said), shown);
  });
}

/** Texts that say what an operator has to know. */
const HARMLESS = [
  "rbd: error opening image 11111111-aaaa-4aaa-8aaa-000000000001: (2) No such file or directory",
  "AuthRegistry(0x5652cfb1db78) no keyring found at /etc/ceph/ceph.client.nova.keyring, disabling cephx",
  "monclient(hunting): handle_auth_bad_method server allowed_methods [2] but i only support [2]",
  "librbd::io::ObjectRequest: 0x556718b85310 handle_list_snaps: rbd_data.1.102922c56525.0000000000000001",
  "global_init: unable to open config file from search list /usr/local/etc/ceph/configuration/ceph.conf",
  "failed to load 'keyring' config file '/var/lib/glance/keyrings/nova': (5) Input/output error",
];

for (const text of HARMLESS) {
  Deno.test(`maskKeys() leaves "${text.slice(0, 60)}…" as it is`, () => {
    assertEquals(maskKeys(text), text);
  });
}

Deno.test("maskKeys() is fast for the longest texts", () => {
  for (const piece of [" ", "key =", "A", "val=", "failed to decode key '", "' "]) {
    const begun = performance.now();
    maskKeys(piece.repeat(65_536 / piece.length));
    assert(performance.now() - begun < 5000, piece);
  }
});

Deno.test("maskKeys() hides every key of cephx, whatever stands around it", () => {
  const around = fc.string({ maxLength: 30 });
  const parts = [fc.constantFrom(1, 2), fc.constantFrom(16, 32), around, around] as const;
  fc.assert(fc.property(...parts, fc.uint8Array({ minLength: 40, maxLength: 40 }), (...made) => {
    const [type, length, before, after, bytes] = made;
    const secret = bytes.slice(0, 12 + length);
    new DataView(secret.buffer).setUint16(0, type, true);
    const key = btoa(String.fromCharCode(...secret));
    const shown = maskKeys(before + key + after);
    assert(!shown.includes(key.slice(8, 24)), `${JSON.stringify(before)} ${key}`);
  }));
});
