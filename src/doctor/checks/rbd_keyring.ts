/**
 * `rbd.keyring`: this user can read the key of the Ceph user.
 *
 * @module
 */
import { readCephConf } from "@/config/ceph_clusters.ts";
import { type Check, failure, ok } from "@/doctor/check.ts";
import { expectDirectPath, readableCluster, settingAt } from "@/doctor/direct_only.ts";

/** The check. */
export const rbdKeyring: Check = {
  id: "rbd.keyring",
  what: "this user can read the Ceph user's keyring",
  run(patient) {
    expectDirectPath(patient);
    const { files, identity } = patient.context;
    const { conf, user } = readableCluster(patient);
    const ceph = readCephConf(conf, user, files);
    if (ceph.get("key") !== undefined || ceph.get("keyfile") !== undefined) {
      return ok(`'${conf}' names the key of client.${user} itself`);
    }
    const path = ceph.keyrings.find((each) => files.stat(each) !== undefined);
    if (path === undefined) {
      return failure(
        `client.${user} has no keyring: there is none of '${ceph.keyrings.join("', '")}'`,
        `ceph auth get client.${user} -o ${ceph.keyrings[0]}; the user is ${
          settingAt(patient, "glance.rbd_user")
        }`,
      );
    }
    const text = files.readText(path);
    if (text.includes(`[client.${user}]`)) return ok(`uid ${identity.uid} can read '${path}'`);
    return failure(
      `'${path}' has no key of client.${user}`,
      `ceph auth get client.${user} -o ${path}; the user is ${
        settingAt(patient, "glance.rbd_user")
      }`,
    );
  },
};
