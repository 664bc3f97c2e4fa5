import { assertEquals, assertMatch } from "@std/assert";
import type { Files } from "@/context.ts";
import { examine } from "@/doctor/examine.ts";
import { configFiles } from "@/doctor/checks/config.ts";
import { hostFactsOf, report, verdict } from "../host.ts";

const MAIN = "/etc/nova/nova.conf";
const EXTRA = "/etc/nova/nova.conf.d/10-rbd.conf";

/** config.files of a host with these two files. @param explicit Whether `--config-file` names one. */
async function filesReport(extra: string, explicit: boolean) {
  const texts = { [MAIN]: "[glance]\nrbd_user = nova\n", [EXTRA]: extra };
  const host = hostFactsOf({ texts });
  const files: Partial<Files> = {
    ...host.context.files,
    stat: (path) => path === "/etc/nova/nova.conf.d" ? DIRECTORY : host.context.files.stat(path),
    list: (path) => path === "/etc/nova/nova.conf.d" ? ["10-rbd.conf"] : [],
  };
  const changed = {
    ...host,
    context: { ...host.context, files: files as Files },
    configSources: explicit ? [{ kind: "file", path: MAIN } as const] : [],
  };
  const [only] = await examine([configFiles], changed, new AbortController().signal);
  return only!;
}

const DIRECTORY = { isDirectory: true } as ReturnType<Files["stat"]>;

Deno.test("config.files reports the files in the order of reading", async () => {
  const { status, details } = await filesReport("[glance]\nrbd_pool = images\n", false);
  assertEquals([status, details], ["ok", `${MAIN}\n${EXTRA}`]);
});

Deno.test("config.files reports which file wins, and does not warn where that is the later one", async () => {
  const { status, details } = await filesReport("[glance]\nrbd_user = other\n", false);
  assertEquals(status, "ok");
  assertMatch(details ?? "", /\[glance\]rbd_user: '.*10-rbd\.conf' overrides '.*nova\.conf'$/);
});

Deno.test("config.files warns that --config-file hides what a default directory sets", async () => {
  const { status, summary } = await filesReport("[glance]\nrbd_user = other\n", true);
  assertEquals(status, "warning");
  assertEquals(
    summary,
    `[glance]rbd_user in '${EXTRA}' has no effect: --config-file is read after it`,
  );
});

Deno.test("config.files warns where there is none", async () => {
  assertMatch(await verdict("config.files"), /^warning: No configuration file is read/);
});

Deno.test("config.values reports every value that cannot be read", async () => {
  const conf = "[glance]\nnum_retries = x\ntimeout = y\n";
  const { status, summary, details } = await report("config.values", { conf });
  assertEquals(status, "failure");
  assertMatch(summary, /\[glance\]num_retries from '.*:2'/);
  assertMatch(details ?? "", /\[glance\]timeout from '.*:3'/);
  assertMatch(await verdict("config.values"), /^ok: All \d+ options/);
});
