/**
 * The Debian packages of the lab. Installing them starts no service: the lab starts every daemon
 * itself, with its own files. The services of Keystone, Glance and Barbican are nevertheless
 * enabled for the next boot, so use a test machine.
 *
 * @module
 */
import { run } from "./command.ts";
import { exists } from "./layout.ts";
import { say, step } from "./wait.ts";

/** Ceph, Keystone, Glance, Barbican. */
const LAB = [
  "ceph-mon",
  "ceph-osd",
  "ceph-mgr",
  "ceph-common",
  "python3-rbd",
  "python3-rados",
  "qemu-utils",
  "qemu-block-extra",
  "glance-api",
  "python3-glance-store",
  "keystone",
  "barbican-api",
  "uwsgi-plugin-python3",
  "python3-fusepy",
] as const;

/** Programs for comparisons, and the checker of packages. */
const PEERS = [
  "bash-completion",
  "btrfs-progs",
  "crun",
  "faketime",
  "fish",
  "git",
  "groff-base",
  "lintian",
  "man-db",
  "openssl",
  "podman",
  "prometheus",
  "python3-castellan",
  "python3-cursive",
  "python3-glanceclient",
  "python3-nova",
  "python3-openstacksdk",
  "python3-oslo.config",
  "python3-oslo.utils",
  "squid",
  "strace",
  "systemd",
  "tinyproxy-bin",
  "zsh",
] as const;

/** The last release with a package that Debian then dropped: afterwards tests with a share fail. */
const LAST: Readonly<Record<string, number>> = { "python3-fusepy": 13 };

/** Answers to the packages' questions: no database, no endpoint, no account. */
const ANSWERS = [
  "glance-common glance/configure_db",
  "glance-common glance/configure_ksat",
  "glance-common glance/configure_rabbit",
  "glance-api glance/register-endpoint",
  "keystone keystone/configure_db",
  "keystone keystone/create-admin-tenant",
  "keystone keystone/register-endpoint",
  "barbican-common barbican/configure_db",
  "barbican-common barbican/configure_ksat",
  "barbican-common barbican/configure_rabbit",
  "barbican-api barbican/register-endpoint",
] as const;

/** invoke-rc.d runs this program before it starts a service; 101 forbids it. */
const POLICY = "/usr/sbin/policy-rc.d";

/** Names of the packages that are not installed: the lab's, or those of its tests too. */
export async function missingPackages(
  wanted: "lab" | "with peers" = "lab",
): Promise<readonly string[]> {
  const listed = await run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"]);
  const installed = new Set(listed.split("\n").filter((line) => line.endsWith(" installed")));
  const release = await debianVersion();
  const packages = (wanted === "lab" ? LAB : [...LAB, ...PEERS])
    .filter((name) => release <= (LAST[name] ?? Infinity));
  return packages.filter((name) => !installed.has(`${name} installed`));
}

/** 12, 13 and so on; unstable and testing have no number, and are newer than any. */
async function debianVersion(): Promise<number> {
  const [, version] = /^VERSION_ID="(\d+)"$/m.exec(await Deno.readTextFile("/etc/os-release")) ??
    [];
  return Number(version ?? Infinity);
}

/**
 * Installs packages as root, with a policy against starting services.
 *
 * @throws {Error} If this is not root, or apt-get fails.
 */
export async function install(packages: readonly string[]): Promise<void> {
  if (Deno.uid() !== 0) throw new Error(`Cannot install '${packages.join(" ")}': not root`);
  const guarded = await exists(POLICY);
  if (!guarded) await Deno.writeTextFile(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await apt(["apt-get", "update", "-q"]);
    await apt(
      ["debconf-set-selections"],
      ANSWERS.map((question) => `${question} boolean false\n`).join(""),
    );
    await apt(["apt-get", "install", "-y", "-q", "--no-install-recommends", ...packages]);
  } finally {
    if (!guarded) await Deno.remove(POLICY);
  }
}

/** Installs the missing packages of the lab and its tests. */
export async function installAll(): Promise<void> {
  const missing = await missingPackages("with peers");
  if (missing.length === 0) return;
  await say(`installing ${missing.join(" ")}`);
  await step("packages", () => install(missing));
}

/** With the caller's environment: apt may need its proxy. */
async function apt(argv: readonly string[], stdin = ""): Promise<void> {
  const env = { ...Deno.env.toObject(), DEBIAN_FRONTEND: "noninteractive" };
  await run(argv, { env, stdin, seconds: 900 });
}

if (import.meta.main) await installAll();
