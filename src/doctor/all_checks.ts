/**
 * All checks, in the order of the report.
 *
 * @module
 */
import type { Check } from "@/doctor/check.ts";
import {
  cacheDirectoryCheck,
  cacheLeftovers,
  cacheLock,
  cacheSpace,
} from "@/doctor/checks/cache.ts";
import { certificatesTrusted } from "@/doctor/checks/certificates.ts";
import { clockSkew } from "@/doctor/checks/clock.ts";
import { configFiles, configValues } from "@/doctor/checks/config.ts";
import {
  glanceDownload,
  glanceEndpoint,
  glanceFsid,
  glanceHash,
  glanceLocations,
  glanceTls,
} from "@/doctor/checks/glance.ts";
import { keystoneAuth } from "@/doctor/checks/keystone.ts";
import { metricsFile } from "@/doctor/checks/metrics.ts";
import { novaDirectPath, novaHook, novaImagesType } from "@/doctor/checks/nova.ts";
import { novaLimits } from "@/doctor/checks/nova_limits.ts";
import { qemuProgram } from "@/doctor/checks/qemu.ts";
import { rbdConf, rbdConnect, rbdProgram, rbdRead } from "@/doctor/checks/rbd.ts";
import { rbdKeyring } from "@/doctor/checks/rbd_keyring.ts";
import { sealKeys, sealSample } from "@/doctor/checks/seals.ts";

/** Every check. */
export const CHECKS: readonly Check[] = [
  configFiles,
  configValues,
  keystoneAuth,
  glanceEndpoint,
  glanceTls,
  glanceDownload,
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
  novaLimits,
  qemuProgram,
  certificatesTrusted,
  sealKeys,
  sealSample,
  metricsFile,
];
