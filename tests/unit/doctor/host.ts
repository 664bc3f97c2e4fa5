/**
 * A host for checks: a nova.conf, some files, programs with given answers, a Glance with given
 * images.
 *
 * @module
 */
import type { Clock, Context, Files, Processes } from "@/context.ts";
import { CHECKS } from "@/doctor/all_checks.ts";
import type { HostFacts } from "@/doctor/check.ts";
import { type CheckReport, examine } from "@/doctor/examine.ts";
import type { FetchParts } from "@/plan/plan.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { parseRbdLocation } from "@/sources/rbd/location.ts";
import { systemContext } from "@/system/context.ts";
import { configOf, world } from "../../doubles/world.ts";

/** How a program ends. */
export interface Answer {
  /** Exit status. @default {0} */
  readonly code?: number;
  /** Standard output. @default {""} */
  readonly stdout?: string;
  /** Standard error. @default {""} */
  readonly stderr?: string;
}

/** What the host is like; by default the direct path is on and all is empty. */
export interface Host {
  /** Text of nova.conf. @default {DIRECT} */
  readonly conf?: string;
  /** Text files by path; `null` may not be read. */
  readonly texts?: Readonly<Record<string, string | null>>;
  /** The file system instead of `texts`. */
  readonly files?: Files;
  /** How a program ends, by its words. */
  readonly program?: (argv: readonly string[]) => Answer;
  /** Images of Glance. */
  readonly images?: readonly Partial<ImageRecord>[];
  /** Their locations. */
  readonly locations?: readonly string[];
  /** Parts of what a fetch is done with. */
  readonly services?: object;
  /** Path of `rbd`. @default {"/usr/bin/rbd"} */
  readonly rbdProgram?: string;
  /** The file system as the caller sees it. @default `files` */
  readonly callerFiles?: Files;
  /** Who runs the checks. @default this user */
  readonly uid?: number;
  /** nova-compute's user, for whom root runs them. */
  readonly serviceUser?: string;
  /** Time. */
  readonly clock?: Clock;
  /** The identity. */
  readonly session?: object;
}

/** The direct path, on. */
export const DIRECT = "[glance]\nenable_rbd_download = true\nrbd_user = nova\n";

/** An fsid. */
export const FSID = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";

/** The host that a host makes. */
export function hostFactsOf(host: Host): HostFacts {
  const outside = world({ files: host.texts ?? {}, ...host.clock ? { clock: host.clock } : {} });
  const system = systemContext();
  const context = {
    ...system,
    ...outside,
    identity: { ...system.identity, uid: host.uid ?? system.identity.uid },
    files: host.files ?? outside.files,
    processes: processes(host.program ?? (() => ({}))),
  } as Context;
  return {
    context,
    callerFiles: host.callerFiles ?? context.files,
    config: configOf(host.conf ?? DIRECT),
    configSources: [],
    rbdProgram: host.rbdProgram ?? "/usr/bin/rbd",
    serviceUser: host.serviceUser,
    session: () => Promise.resolve(host.session as Awaited<ReturnType<HostFacts["session"]>>),
    services: () => Promise.resolve(host.services as FetchParts),
    images: () => Promise.resolve((host.images ?? []) as ImageRecord[]),
    locations: () => Promise.resolve((host.locations ?? []).map(parseRbdLocation)),
  };
}

/** What one check, by its id, reports of a host. */
export async function report(id: string, host: Host = {}): Promise<CheckReport> {
  const checks = CHECKS.filter((check) => check.id === id);
  const [only] = await examine(checks, hostFactsOf(host), new AbortController().signal);
  if (only === undefined) throw new Error(`there is no check '${id}'`);
  return only;
}

/** Status and summary of one check: what most tests look at. */
export async function verdict(id: string, host: Host = {}): Promise<string> {
  const { status, summary } = await report(id, host);
  return `${status}: ${summary}`;
}

function processes(program: (argv: readonly string[]) => Answer): Processes {
  return {
    spawn(argv) {
      const { code = 0, stdout = "", stderr = "" } = program(argv);
      return {
        pid: 1,
        stdout: new Blob([stdout]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>,
        status: Promise.resolve({ code, signal: null }),
        stderrTail: () => stderr,
        kill: () => {},
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
  };
}
