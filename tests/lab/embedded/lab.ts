/**
 * The embedded lab: a Glance, optionally a Keystone, a Ceph cluster of files with a stand-in `rbd`,
 * a nova.conf for them and an instances directory, all below one temporary directory.
 *
 * @module
 */
import { join } from "node:path";
import { EmbeddedCeph } from "./ceph.ts";
import type { StoreOptions } from "./ceph.ts";
import type { ImageContent } from "./content.ts";
import { EmbeddedGlance } from "./glance.ts";
import type { GlanceOptions } from "./glance.ts";
import type { GlanceImage, GlanceImageOptions } from "./glance_image.ts";
import { EmbeddedKeystone } from "./keystone.ts";
import { Tokens } from "./tokens.ts";

/** The parameters of a lab. */
export interface LabOptions {
  /** Settings of Glance. */
  readonly glance?: Omit<GlanceOptions, "tokens">;
  /** Whether there is a Keystone and Glance requires its tokens. @default {false} */
  readonly keystone?: boolean;
  /** An existing directory for `[DEFAULT]instances_path` that outlives the lab. */
  readonly instances?: string;
  /** Options of nova.conf by `group.name`; `null` removes one. */
  readonly nova?: Readonly<Record<string, string | null>>;
}

/** An image of the whole lab. */
export interface LabImageOptions extends Omit<GlanceImageOptions, "content" | "url"> {
  /** The bytes that the record describes. */
  readonly content: ImageContent;
  /** The data in Ceph, if it is not `content`; `null` means none. */
  readonly rbd?: ImageContent | null;
  /** How Ceph stores it. */
  readonly store?: StoreOptions;
}

/** The user that {@linkcode startLab} writes into nova.conf. */
const NOVA = {
  name: "nova",
  password: "servicepw",
  project: "service",
  roles: ["admin", "service", "member", "reader"],
};

/** A running lab. Disposing it stops everything and removes the directory. */
export interface Lab extends AsyncDisposable {
  /** The temporary directory. */
  readonly directory: string;
  /** Glance. */
  readonly glance: EmbeddedGlance;
  /** Keystone, if enabled. */
  readonly keystone: EmbeddedKeystone | undefined;
  /** The cluster and its `rbd`. */
  readonly ceph: EmbeddedCeph;
  /** The tokens of Keystone. */
  readonly tokens: Tokens;
  /** Path of nova.conf. */
  readonly novaConf: string;
  /** `[DEFAULT]instances_path`. */
  readonly instances: string;
  /** Adds an image to Glance and to Ceph. */
  addImage(options: LabImageOptions): GlanceImage;
}

/** Starts a lab. */
export function startLab(options: LabOptions = {}): Lab {
  const directory = Deno.makeTempDirSync({ prefix: "glance-direct-lab-" });
  const tokens = new Tokens();
  const ceph = EmbeddedCeph.create(join(directory, "ceph"));
  const glance = new EmbeddedGlance({ ...options.glance, ...options.keystone ? { tokens } : {} });
  const keystone = options.keystone
    ? new EmbeddedKeystone({ tokens, users: [NOVA], catalog: { image: glance.url } })
    : undefined;
  const instances = options.instances ?? join(directory, "instances");
  Deno.mkdirSync(instances, { recursive: true });
  const novaConf = join(directory, "nova.conf");
  const settings = { ...novaSettings(instances, glance, ceph, keystone), ...options.nova };
  Deno.writeTextFileSync(novaConf, novaConfText(settings));
  return {
    directory,
    glance,
    keystone,
    ceph,
    tokens,
    novaConf,
    instances,
    addImage: (image) => addImage(glance, ceph, image),
    async [Symbol.asyncDispose]() {
      await keystone?.[Symbol.asyncDispose]();
      await glance[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

function addImage(
  glance: EmbeddedGlance,
  ceph: EmbeddedCeph,
  { rbd, store, ...options }: LabImageOptions,
): GlanceImage {
  const id = options.id ?? crypto.randomUUID();
  const stored = rbd === undefined ? options.content : rbd;
  const { pool = "images", snap = "snap" } = store ?? {};
  const url = stored === null
    ? `rbd://${ceph.fsid}/${pool}/${id}/${snap}`
    : ceph.store(id, stored, store);
  return glance.add({ ...options, id, url });
}

function novaSettings(
  instances: string,
  glance: EmbeddedGlance,
  ceph: EmbeddedCeph,
  keystone: EmbeddedKeystone | undefined,
): Record<string, string> {
  return {
    "DEFAULT.instances_path": instances,
    "glance.enable_rbd_download": "true",
    "glance.rbd_user": "nova",
    "glance.rbd_pool": "images",
    "glance.rbd_ceph_conf": ceph.conf,
    // The nova release of this machine must not affect any test.
    "glance_direct.nova_release": "2026.2",
    ...keystone === undefined ? { "glance.endpoint_override": glance.url } : {
      "keystone_authtoken.auth_type": "password",
      "keystone_authtoken.auth_url": keystone.url,
      "keystone_authtoken.username": NOVA.name,
      "keystone_authtoken.password": NOVA.password,
      "keystone_authtoken.project_name": NOVA.project,
      "keystone_authtoken.user_domain_name": "Default",
      "keystone_authtoken.project_domain_name": "Default",
    },
  };
}

/** nova.conf from options by `group.name`. */
function novaConfText(settings: Readonly<Record<string, string | null>>): string {
  const groups = Object.groupBy(Object.entries(settings), ([key]) => key.split(".")[0] ?? "");
  return Object.entries(groups).map(([group, options = []]) => {
    const lines = options.filter(([, value]) => value !== null)
      .map(([key, value]) => `${key.slice(group.length + 1)} = ${value}\n`);
    return `[${group}]\n${lines.join("")}`;
  }).join("\n");
}
