/**
 * `--os-cloud` and `OS_CLOUD`: finds a cloud in clouds.yaml and merges secure.yaml, its profile and
 * its region into it, like openstacksdk (openstack/config/loader.py).
 *
 * @module
 */
import {
  type CloudMap,
  type CloudValue,
  isMap,
  mapAt,
  mergeMaps,
  readCloudFile,
  textAt,
} from "@/config/cloud_file.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** The parts of the context that finding a cloud needs. */
export type CloudContext = Pick<Context, "env" | "files" | "log">;

/** One cloud, before old names are converted. */
export interface Cloud {
  /** Its place, for messages: `cloud 'prod' in /etc/openstack/clouds.yaml`. */
  readonly origin: string;
  /** All of its settings; credentials are in its mapping `auth`, or next to it. */
  readonly settings: CloudMap;
}

/**
 * Finds a cloud by its name.
 *
 * @param region The requested region; absent means the cloud's first one.
 * @throws {ToolError} `config_invalid`, if a file is not well formed, or there is no such cloud or
 * region.
 */
export async function loadCloud(
  context: CloudContext,
  name: string,
  region: string | undefined,
): Promise<Cloud> {
  const file = await firstFile(context, "clouds", "OS_CLIENT_CONFIG_FILE");
  const secure = await firstFile(context, "secure", "OS_CLIENT_SECURE_FILE");
  const clouds = mapAt(mergeMaps(file?.content ?? {}, secure?.content ?? {}), "clouds");
  const own = clouds[name];
  const path = file?.path ?? secure?.path;
  const origin = `cloud '${name}' in ${path}`;
  if (!Object.hasOwn(clouds, name)) throw unknownCloud(name, Object.keys(clouds), path);
  if (!isMap(own)) throw emptyCloud(origin);
  const base = layAuth(await profileOf(context, own, origin), own);
  const values = regionOf(base, own, region, origin);
  return { origin, settings: layAuth(base, values) };
}

interface Found {
  readonly path: string;
  readonly content: CloudMap;
}

/**
 * The first readable file of the usual places; a file that the environment names must be readable.
 * An unreadable file of another user is skipped, as in openstacksdk.
 */
async function firstFile(
  { env, files, log }: CloudContext,
  stem: string,
  variable?: string,
): Promise<Found | undefined> {
  const named = variable === undefined ? undefined : env.get(variable);
  for (const path of named ? [named] : candidates(env, stem)) {
    if (!named && !files.stat(path)?.isFile) continue;
    try {
      return { path, content: await readCloudFile(files, path) };
    } catch (error) {
      if (!(error instanceof ToolError) || error.code === "config_invalid") throw error;
      if (named) throw unreadable(path, `${variable}`, error);
      if (error.code !== "permission_denied") throw error;
      log("warning", `${error.message}; trying the next place`);
    }
  }
  return undefined;
}

function candidates(env: CloudContext["env"], stem: string): readonly string[] {
  const home = env.get("HOME");
  const config = env.get("XDG_CONFIG_HOME");
  const directories = [
    ".",
    ...(config ? [`${config}/openstack`] : []),
    ...(home ? [`${home}/.config/openstack`] : []),
    "/etc/xdg/openstack",
    "/etc/openstack",
  ];
  return directories.flatMap((directory) =>
    ["yaml", "yml", "json"].map((suffix) => `${directory}/${stem}.${suffix}`)
  );
}

function unreadable(path: string, variable: string, cause: ToolError): ToolError {
  return new ToolError("config_invalid", `Cannot read '${path}' (${variable}): ${cause.message}`, {
    hints: [`name a file that can be read in ${variable}, or unset it`],
    cause,
  });
}

/** The settings of a public provider's profile; only those of clouds-public.yaml are known here. */
async function profileOf(context: CloudContext, own: CloudMap, origin: string): Promise<CloudMap> {
  const name = textAt(own, "profile") ?? textAt(own, "cloud");
  if (name === undefined) return {};
  const vendors = await firstFile(context, "clouds-public");
  const profile = mapAt(vendors?.content ?? {}, "public_clouds")[name];
  if (isMap(profile)) return profile;
  context.log("warning", `Cannot find profile '${name}' of ${origin} in clouds-public.yaml`);
  return {};
}

/** Like object spread, but the mappings `auth` are merged (`_auth_update`). */
function layAuth(below: CloudMap, above: CloudMap): CloudMap {
  return { ...below, ...above, auth: { ...mapAt(below, "auth"), ...mapAt(above, "auth") } };
}

/**
 * The settings of one region, including its name. The names in the cloud have priority over those
 * of its profile, and only a listed name can be requested.
 */
function regionOf(
  base: CloudMap,
  own: CloudMap,
  wanted: string | undefined,
  origin: string,
): CloudMap {
  const listed = regionsIn(own) ?? regionsIn(base) ?? [];
  if (listed.length === 0) return wanted === undefined ? {} : { region_name: wanted };
  const chosen = wanted === undefined ? listed[0] : listed.find(({ name }) => name === wanted);
  if (chosen !== undefined) return { ...chosen.values, region_name: chosen.name };
  throw new ToolError(
    "config_invalid",
    `Cannot use region '${wanted}' of ${origin}: it has ${quoted(listed.map((one) => one.name))}`,
    { hints: ["name one of these in --os-region-name or OS_REGION_NAME"] },
  );
}

interface Region {
  readonly name: string;
  readonly values: CloudMap;
}

function regionsIn(cloud: CloudMap): readonly Region[] | undefined {
  const { regions, region_name: name } = cloud;
  const list = Array.isArray(regions) ? regions : Array.isArray(name) ? name : undefined;
  if (list !== undefined) return list.map(toRegion);
  return typeof name === "string" ? name.split(",").map(toRegion) : undefined;
}

function toRegion(entry: CloudValue): Region {
  if (!isMap(entry)) return { name: String(entry ?? ""), values: {} };
  return { name: textAt(entry, "name") ?? "", values: mapAt(entry, "values") };
}

function unknownCloud(name: string, known: readonly string[], path: string | undefined): ToolError {
  const reason = path === undefined
    ? "no clouds.yaml is in ., ~/.config/openstack or /etc/openstack"
    : known.length === 0
    ? `'${path}' has no clouds`
    : `'${path}' has ${quoted(known)}`;
  return new ToolError("cloud_not_found", `Cannot find cloud '${name}': ${reason}`, {
    hints: [
      path === undefined
        ? "name the file in OS_CLIENT_CONFIG_FILE"
        : "give one of its clouds in --os-cloud, or another file in OS_CLIENT_CONFIG_FILE",
    ],
  });
}

function emptyCloud(origin: string): ToolError {
  return new ToolError("config_invalid", `Cannot use ${origin}: it is not a mapping`, {
    hints: ["put its settings below its name, indented: auth, region_name, …"],
  });
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}
