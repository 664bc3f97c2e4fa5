/**
 * Every check, in the order in which they are told.
 *
 * @module
 */
import type { Check } from "@/doctor/check.ts";
import { cacheDirectoryCheck } from "@/doctor/checks/cache_directory.ts";
import { cacheLeftovers } from "@/doctor/checks/cache_leftovers.ts";
import { cacheLock } from "@/doctor/checks/cache_lock.ts";
import { cacheSpace } from "@/doctor/checks/cache_space.ts";
import { certificatesTrusted } from "@/doctor/checks/certificates_trusted.ts";
import { clockSkew } from "@/doctor/checks/clock_skew.ts";
import { configFiles } from "@/doctor/checks/config_files.ts";
import { configValues } from "@/doctor/checks/config_values.ts";
import { glanceEndpoint } from "@/doctor/checks/glance_endpoint.ts";
import { glanceFsid } from "@/doctor/checks/glance_fsid.ts";
import { glanceHash } from "@/doctor/checks/glance_hash.ts";
import { glanceLocations } from "@/doctor/checks/glance_locations.ts";
import { glanceTls } from "@/doctor/checks/glance_tls.ts";
import { keystoneAuth } from "@/doctor/checks/keystone_auth.ts";
import { metricsFile } from "@/doctor/checks/metrics_file.ts";
import { novaDirectPath } from "@/doctor/checks/nova_direct_path.ts";
import { novaHook } from "@/doctor/checks/nova_hook.ts";
import { novaImagesType } from "@/doctor/checks/nova_images_type.ts";
import { qemuProgram } from "@/doctor/checks/qemu_program.ts";
import { rbdConf } from "@/doctor/checks/rbd_conf.ts";
import { rbdConnect } from "@/doctor/checks/rbd_connect.ts";
import { rbdKeyring } from "@/doctor/checks/rbd_keyring.ts";
import { rbdProgram } from "@/doctor/checks/rbd_program.ts";
import { rbdRead } from "@/doctor/checks/rbd_read.ts";

/** Every check. */
export const CHECKS: readonly Check[] = [
  configFiles,
  configValues,
  keystoneAuth,
  glanceEndpoint,
  glanceTls,
  glanceLocations,
  glanceFsid,
  glanceHash,
  clockSkew,
  rbdProgram,
  rbdConf,
  rbdKeyring,
  rbdConnect,
  rbdRead,
  cacheDirectoryCheck,
  cacheSpace,
  cacheLock,
  cacheLeftovers,
  novaImagesType,
  novaDirectPath,
  novaHook,
  qemuProgram,
  certificatesTrusted,
  metricsFile,
];
