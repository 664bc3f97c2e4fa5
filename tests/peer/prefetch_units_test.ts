/**
 * The printed units, checked by systemd itself.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { packagedService, PREFETCH_TIMER, renderUnits } from "@/commands/prefetch_units.ts";
import { peerTest } from "./peer.ts";

/** Tenths of the exposure level that is allowed: 100 is no sandbox at all. */
const THRESHOLD = 15;
const PEERS = { programs: { "systemd-analyze": ["--version"] } };

async function analyze(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command("systemd-analyze", {
    args: [...args],
  }).output();
  const said = new TextDecoder().decode(success ? stderr : new Uint8Array([...stdout, ...stderr]));
  return success ? said : `failed: ${said}`;
}

const { service } = renderUnits(["--tag=golden"], {
  instancesPath: "/var/lib/nova/instances",
}).json as { service: string };

for (const [name, unit] of Object.entries({ printed: service, packaged: packagedService() })) {
  peerTest(`the ${name} service is within systemd's exposure threshold`, PEERS, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const path = `${directory}/glance-direct-prefetch.service`;
      await Deno.writeTextFile(path, unit);
      const bound = `--threshold=${THRESHOLD}`;
      assertEquals(await analyze("security", "--offline=true", bound, "--no-pager", path), "");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

peerTest("the timer's calendar expression is one for systemd", PEERS, async () => {
  const expression = /^OnCalendar=(.*)$/m.exec(PREFETCH_TIMER)?.[1] ?? "";
  assertEquals(await analyze("calendar", expression), "");
});
