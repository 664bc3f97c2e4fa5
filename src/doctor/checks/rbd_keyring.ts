/**
 * The check of the Ceph user's key: it is readable, well formed, and of a type that the installed
 * client supports (rook/rook#18240, ceph/ceph-csi#6493).
 *
 * @module
 */
import { readCephConf } from "@/config/ceph_clusters.ts";
import type { CephConf } from "@/config/ceph_conf.ts";
import { knowsKeyType, readKey } from "@/config/ceph_key.ts";
import {
  type Check,
  failure,
  type Finding,
  type HostFacts,
  NotApplicable,
  ok,
} from "@/doctor/check.ts";
import { expectDirectPath, readableCluster, settingAt } from "@/doctor/direct_path.ts";
import { runnableRbd, runProgram } from "@/doctor/run_program.ts";
import { RBD_PLACES } from "@/sources/rbd/program.ts";

/** A key, and where it was read from. */
interface FoundKey {
  readonly path: string;
  readonly key: string;
}

/** The check. */
export const rbdKeyring: Check = {
  id: "rbd.keyring",
  what: "the Ceph user's key can be read, and rbd knows its type",
  async run(host, signal) {
    expectDirectPath(host);
    const { conf, user } = readableCluster(host);
    const found = findKey(host, readCephConf(conf, user, host.context.files), conf, user);
    return "key" in found ? await judge(host, user, found, signal) : found;
  },
};

/** The places where Ceph looks: the key in ceph.conf, a keyfile, then the keyrings. */
function findKey(host: HostFacts, ceph: CephConf, conf: string, user: string): FoundKey | Finding {
  const { files } = host.context;
  const [key, keyfile] = [ceph.get("key"), ceph.get("keyfile")];
  if (key !== undefined) return { path: conf, key };
  if (keyfile !== undefined) return { path: keyfile, key: files.readText(keyfile).trim() };
  const path = ceph.keyrings.find((each) => files.stat(each) !== undefined);
  const setting = settingAt(host, "glance.rbd_user");
  if (path === undefined) {
    expectNoWrapper(host, user);
    return failure(
      `client.${user} has no keyring; searched: '${ceph.keyrings.join("', '")}'`,
      `ceph auth get client.${user} -o ${ceph.keyrings[0]}; the user is ${setting}`,
    );
  }
  const own = readCephConf(path, user, files).own("key");
  if (own !== undefined) return { path, key: own };
  return failure(
    `'${path}' has no key of client.${user}`,
    `ceph auth get client.${user} -o ${path}; the user is ${setting}`,
  );
}

/** A replacement for rbd may come with its own keyring, for example in a container. */
function expectNoWrapper(host: HostFacts, user: string): void {
  const program = runnableRbd(host);
  if (program !== RBD_PLACES.own) return;
  throw new NotApplicable(
    `client.${user} has no keyring on this host, '${program}' may bring its own: see rbd.connect`,
  );
}

async function judge(
  host: HostFacts,
  user: string,
  { path, key }: FoundKey,
  signal: AbortSignal,
): Promise<Finding> {
  const read = readKey(key);
  if ("fault" in read) {
    return failure(
      `the key of client.${user} in '${path}' is malformed: ${read.fault}`,
      `compare it with: ceph auth get-key client.${user}`,
    );
  }
  const { identity, files, processes } = host.context;
  const rbdProgram = runnableRbd(host);
  const isThere = files.stat(rbdProgram) !== undefined;
  const version = isThere
    ? (await runProgram(processes, [rbdProgram, "--version"], signal)).stdout
    : "";
  if (knowsKeyType(version, read.type)) {
    return ok(`uid ${identity.uid} can read '${path}', its key is of type ${read.type}`);
  }
  return failure(
    `the key of client.${user} in '${path}' is of type ${read.type} (CVE-2025-30156), which ` +
      `'${rbdProgram}' of ${/ceph version \S+/.exec(version)?.[0]} does not know`,
    "upgrade ceph-common to 19.2.6, 20.2.4 or newer",
  );
}
