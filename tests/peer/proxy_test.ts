/**
 * Glance through real proxies of Debian: tinyproxy forwards, squid caches one transfer for all
 * hosts.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { until } from "@lab/ceph/wait.ts";
import { Host } from "../scenario/host.ts";
import { resultOf } from "../scenario/program.ts";
import { peerTest } from "./peer.ts";

const SIZE = 1 << 20;
const raw = { diskFormat: "raw", content: dense(noise(SIZE)), rbd: null } as const;

/** A proxy on loopback, with what it has written so far. */
interface Proxy extends AsyncDisposable {
  readonly url: string;
  log(): string;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Starts a proxy in the foreground.
 *
 * @param conf Its configuration, for a port and a directory of its own; `LOG` in there is its log.
 */
async function start(
  command: (conf: string) => readonly string[],
  conf: (port: number, directory: string) => string,
): Promise<Proxy> {
  const [port, directory] = [freePort(), await Deno.makeTempDir()];
  await Deno.chmod(directory, 0o777);
  await Deno.writeTextFile(`${directory}/conf`, conf(port, directory));
  const [program = "", ...args] = command(`${directory}/conf`);
  const child = new Deno.Command(program, { args, stdout: "null", stderr: "null" }).spawn();
  await until(
    `${program} that listens`,
    () =>
      Deno.connect({ hostname: "127.0.0.1", port }).then((one) => (one.close(), true), () => false),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => Deno.readTextFileSync(`${directory}/log`),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(directory, { recursive: true });
    },
  };
}

const tinyproxy = () =>
  start(
    (conf) => ["tinyproxy", "-d", "-c", conf],
    (port, directory) =>
      `Port ${port}\nListen 127.0.0.1\nLogFile "${directory}/log"\nLogLevel Connect\n`,
  );

/** The directories of the cache have to be made first. */
const SQUID = 'squid -z --foreground -f "$0" && exec squid --foreground -f "$0"';

const OPERATIONS = Deno.readTextFileSync(new URL("../../.github/OPERATIONS.md", import.meta.url));

/** The lines that the document tells to add. */
const SQUID_LINES = (/```squid\n([^`]*)```/.exec(OPERATIONS)?.[1] ?? "").replace(/^ +/gm, "");

/** What squid needs beside, its own files out of the machine's way. */
const squid = () =>
  start(
    (conf) => ["sh", "-c", SQUID, conf],
    (port, directory) =>
      `http_port 127.0.0.1:${port}
http_access allow localhost
${SQUID_LINES}cache_dir ufs ${directory}/cache 100 16 16
access_log stdio:${directory}/log
cache_log ${directory}/messages
pid_filename none
shutdown_lifetime 0 seconds
`,
  );

peerTest("tinyproxy carries a fetch from Glance, record and data", {
  programs: { tinyproxy: ["-v"] },
}, async () => {
  await using proxy = await tinyproxy();
  await using host = new Host({ nova: { "glance_direct.proxy": proxy.url } });
  const { id } = host.lab.addImage(raw);
  assertEquals(resultOf(await host.run(["fetch", id])).source, "glance");
  assertMatch(proxy.log(), new RegExp(`GET http://127\\.0\\.0\\.1:\\d+/v2/images/${id} `));
  assertMatch(proxy.log(), new RegExp(`GET http://127\\.0\\.0\\.1:\\d+/v2/images/${id}/file `));
});

peerTest("squid serves the second host from its cache", {
  programs: { squid: ["-v"] },
}, async () => {
  await using proxy = await squid();
  await using host = new Host({ nova: { "glance_direct.proxy": proxy.url } });
  const { id } = host.lab.addImage(raw);
  for (let run = 0; run < 2; run++) {
    const result = resultOf(await host.run(["fetch", id, "--force"]));
    assertEquals([result.source, result.bytes.transferred], ["glance", SIZE]);
  }
  const asked = host.lab.glance.server.requests.map(({ path }) => path);
  assertEquals(asked.filter((path) => path.endsWith("/file")).length, 1, proxy.log());
  assertEquals(
    asked.filter((path) => path === `/v2/images/${id}`).length,
    2,
    "never an old record",
  );
});
