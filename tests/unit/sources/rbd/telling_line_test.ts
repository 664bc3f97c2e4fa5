import { assertEquals } from "@std/assert";
import { tellingLine } from "@/sources/rbd/telling_line.ts";

const PREFIX = "2026-11-29T18:16:40.923+0000 7f647078d640 -1 ";
const CLOSING = "rbd: couldn't connect to the cluster!";

Deno.test("tellingLine() prefers the cause to rbd's closing words and drops the log prefix", () => {
  const lines = [
    `${PREFIX}auth: unable to find a keyring on /k: (2) No such file or directory`,
    `${PREFIX}AuthRegistry(0x5652cfb1db78) no keyring found at /k, disabling cephx`,
    CLOSING,
  ];
  const shown = `auth: unable to find a keyring on /k: (2) No such file or directory; ${CLOSING}`;
  assertEquals(tellingLine(lines.join("\n\n")), shown);
  assertEquals(tellingLine(lines.join("")), `${shown.slice(0, shown.indexOf(";"))}`);
});

Deno.test("tellingLine() passes over the advice of Ceph 20", () => {
  const lines = [
    `${PREFIX}monclient: No supported authentication method found! Is the keyring missing?`,
    `${PREFIX}monclient: Key loading failed with: failed to decode key from 'key' config`,
    `${PREFIX}monclient: Try debugging using arguments: --debug_monc=20 --debug_auth=5`,
  ];
  assertEquals(
    tellingLine(lines.join("\n")),
    "monclient: Key loading failed with: failed to decode key from 'key' config",
  );
});

Deno.test("tellingLine() says that nothing was printed", () => {
  assertEquals(tellingLine("\n \n"), "it printed nothing");
});
