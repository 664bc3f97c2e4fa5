import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { cliWith } from "../../doubles/cli.ts";
import { FakeClock } from "../../doubles/clock.ts";
import { withFiles } from "../../doubles/folder.ts";

const CONF = `[service_user]
auth_url = http://keystone:5000
username = nova
password = geheim
project_name = service
`;

/** A service that accepts connections and never answers. */
const silent =
  ((_url: string, { signal }: { readonly signal: AbortSignal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    })) as unknown as typeof fetch;

Deno.test("doctor reports when its checks have ended, whatever a silent Keystone is still asked", () =>
  withFiles({ "nova.conf": CONF }, async (folder) => {
    const clock = new FakeClock();
    const world = {
      clock,
      fetch: silent,
      reach: () => Promise.resolve(),
      resolve: () => Promise.resolve(["192.0.2.1"]),
    };
    let isDone = false;
    const argv = ["doctor", "glance.endpoint", "--config-file", `${folder}/nova.conf`];
    const running = cliWith(world, ...argv).finally(() => isDone = true);
    while (!isDone) await clock.advance(1000);
    const { out, status } = await running;
    assertEquals(status, 2);
    assertStringIncludes(out, "no answer within 120 s");
    assert(clock.now() < 125_000, `${clock.now()} ms`);
  }));
