/**
 * All that a transfer is told, in plain values: the thread that carries it out has no configuration,
 * no environment and no way to ask for more.
 *
 * @module
 */
import type { Identity } from "@/context.ts";
import type { CacheFill } from "@/transfer/cache_fill.ts";
import type { PartFill } from "@/transfer/part_fill.ts";
import type { DownloadJob } from "@/plan/job.ts";
import type { SourceSettings } from "@/plan/sources.ts";
import type { Target } from "@/transfer/target.ts";
import type { GlanceAccess } from "@/openstack/glance/open.ts";
import type { Location } from "@/openstack/glance/image.ts";
import type { SourceKind } from "@/sources/source.ts";
import type { RbdCluster } from "@/sources/rbd/source.ts";
import type { AuthHeaders } from "@/openstack/keystone/session.ts";
import type { PlainError } from "@/transfer/plain_error.ts";

/** A place of the image: to be resolved once more on the other side, or not to be used. */
export type PlannedSource =
  | { readonly use: true; readonly kind: SourceKind; readonly location: Location }
  | {
    readonly use: false;
    readonly kind: string;
    readonly label: string;
    readonly reason: PlainError;
  };

/** Glance, and what proves who asks. */
export interface GlanceLink {
  /** How it is reached. */
  readonly access: GlanceAccess;
  /** The addresses of its servers' names: the thread may ask no resolver. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Where the credentials come from, for messages. */
  readonly origin: string;
  /** The proof; another one is asked for when Glance refuses it. */
  readonly headers: AuthHeaders;
}

/** One image to be transferred. */
export interface TransferTask {
  /** What is transferred and what must hold. */
  readonly job: DownloadJob;
  /** Sources in order. */
  readonly plan: readonly PlannedSource[];
  /** How they are read. */
  readonly sources: SourceSettings;
  /** The Ceph clusters of the plan, by fsid. */
  readonly clusters: Readonly<Record<string, RbdCluster>>;
  /** Directories of the plan's files, as configured and with symbolic links resolved. */
  readonly fileRoots: readonly string[];
  /** Glance, if the plan needs it. */
  readonly glance: GlanceLink | null;
  /** Where the image goes. */
  readonly target: Target;
  /** The base file to be made, if the target is one. */
  readonly fill: CacheFill | null;
  /** nova's `.part` to be made, if the target is one. */
  readonly part: PartFill | null;
  /** Who the process is: the thread may not ask. */
  readonly identity: Identity;
}
