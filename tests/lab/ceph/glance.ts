/**
 * Glance with the rbd store, with and without Keystone, over one database and one pool.
 *
 * @module
 */
import { run } from "./command.ts";
import { Daemon } from "./daemon.ts";
import { useWriteAheadLog } from "./database.ts";
import { DATABASE, glanceConf, type GlanceOptions, type Instance, policy } from "./glance_conf.ts";
import { untilAnswers } from "./http.ts";
import { at, exists, isThere, PORTS, url, write } from "./layout.ts";
import { uwsgi, wsgiModule } from "./uwsgi.ts";
import { step } from "./wait.ts";

const KEYSTONE: Instance = { name: "glance", port: PORTS.glance, flavor: "keystone" };
const NOAUTH: Instance = { name: "glance-noauth", port: PORTS.glanceNoauth, flavor: "" };

/** The image service that uses Keystone. */
export const glance: Daemon = daemon(KEYSTONE);
/** The image service without authentication. */
export const glanceNoauth: Daemon = daemon(NOAUTH);

/** Creates Glance's database the first time. Needs no other service. */
export async function makeGlance(): Promise<void> {
  if (await exists(DATABASE)) return;
  await step("glance: database", async () => {
    for (const name of ["staging", "tasks", "lock"]) {
      await Deno.mkdir(at("glance", name), { recursive: true });
    }
    await writeConf(KEYSTONE, {});
    await run(["glance-manage", "--config-file", confOf(KEYSTONE), "db_sync"]);
    useWriteAheadLog(DATABASE);
  });
}

/** Starts both instances with these options; one that runs with other options is restarted. */
export async function startGlance(options: GlanceOptions = {}): Promise<void> {
  const instances = [[KEYSTONE, glance], [NOAUTH, glanceNoauth]] as const;
  for (const [instance, daemon] of instances) {
    if (await writeConf(instance, options)) await daemon.stop();
    await daemon.start();
  }
  for (const { port } of [KEYSTONE, NOAUTH]) await untilAnswers(url(port, "/versions"));
}

function confOf({ name }: Instance): string {
  return at("glance", name, "glance-api.conf");
}

function daemon(instance: Instance): Daemon {
  const { name } = instance;
  // Under uwsgi it looks into this directory; its own server takes the file as an argument.
  const env = { OS_GLANCE_CONFIG_DIR: at("glance", name) };
  return new Daemon({ name, env, argv: () => argvOf(instance) });
}

/** Since version 33 Glance has no server of its own. */
function argvOf(instance: Instance): readonly string[] {
  const module = wsgiModule("glance");
  if (isThere(module)) return uwsgi(instance.port, 1, `--wsgi-file=${module}`);
  return ["glance-api", "--config-file", confOf(instance)];
}

/** Writes an instance's files, and returns whether its configuration has changed. */
async function writeConf(instance: Instance, options: GlanceOptions): Promise<boolean> {
  const [path, text] = [confOf(instance), glanceConf(instance, options)];
  if (await Deno.readTextFile(path).catch(() => "") === text) return false;
  const paste = await Deno.readTextFile("/etc/glance/glance-api-paste.ini");
  const directory = at("glance", instance.name);
  await write(`${directory}/paste.ini`, paste.replaceAll("/etc/glance/", `${directory}/`));
  await write(`${directory}/policy.yaml`, policy(instance));
  await Deno.mkdir(`${directory}/policy.d`, { recursive: true });
  await write(path, text);
  return true;
}
