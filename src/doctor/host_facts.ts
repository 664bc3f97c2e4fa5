/**
 * The host as the checks see it; each service is opened and asked once, when a check first needs
 * it.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import { programAt } from "@/config/program_place.ts";
import { expectedFailure } from "@/errors.ts";
import { type HostFacts, NotApplicable, reportedBy } from "@/doctor/check.ts";
import type { FetchParts } from "@/plan/plan.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { parseRbdLocation, type RbdLocation } from "@/sources/rbd/location.ts";
import { RBD_PLACES } from "@/sources/rbd/program.ts";
import type { OpenedSession } from "@/openstack/keystone/open_session.ts";

/** The parts of a host. */
export interface HostFactsParts
  extends Pick<HostFacts, "callerFiles" | "configSources" | "context" | "serviceUser"> {
  /** Path of `rbd`, if it is not one of the built-in ones; for the demo and for tests. */
  readonly rbdProgram?: string | undefined;
  /** Reads the configuration. */
  readonly readConfig: () => Config;
  /** Finds the identity. */
  readonly openSession: () => Promise<OpenedSession>;
  /** Finds Glance. */
  readonly openServices: () => Promise<FetchParts & Disposable>;
  /** Ends all requests. */
  readonly signal: AbortSignal;
}

/** Number of images checked: the largest ones matter most, and many would take long. */
const SAMPLE = 20;

/** Number of images whose locations are requested, one request each. */
const LOCATED = 5;

/** The facts of a host; opens nothing yet. Disposing it closes what was opened. */
export function hostFacts(parts: HostFactsParts): HostFacts & AsyncDisposable {
  const { callerFiles, configSources, context, serviceUser, signal } = parts;
  let session: Promise<OpenedSession> | undefined;
  let services: Promise<FetchParts & Disposable> | undefined;
  let images: Promise<readonly ImageRecord[]> | undefined;
  let locations: Promise<readonly RbdLocation[]> | undefined;
  const host: HostFacts & AsyncDisposable = {
    context,
    callerFiles,
    configSources,
    serviceUser,
    get config() {
      return readableConfig(parts);
    },
    get rbdProgram() {
      return parts.rbdProgram ?? programAt(RBD_PLACES, context.files);
    },
    session: () => session ??= withConfig(host, parts.openSession),
    services: () => services ??= withConfig(host, parts.openServices),
    images: () => images ??= largestImages(host, signal),
    locations: () => locations ??= rbdLocations(host, signal),
    async [Symbol.asyncDispose]() {
      for (const opened of [services, session]) {
        // Failures to open were reported already.
        (await opened?.catch(() => undefined))?.[Symbol.dispose]();
      }
    },
  };
  return host;
}

/** Checks that need the configuration are skipped without one. */
async function withConfig<T>(host: HostFacts, open: () => Promise<T>): Promise<T> {
  void host.config;
  return await open();
}

function readableConfig({ readConfig }: HostFactsParts): Config {
  try {
    return readConfig();
  } catch (error) {
    throw reportedBy("The configuration cannot be read", "config.files", error);
  }
}

async function largestImages(
  host: HostFacts,
  signal: AbortSignal,
): Promise<readonly ImageRecord[]> {
  const query = { status: ["active"], sort: ["size:desc"], limit: [String(SAMPLE)] };
  const images: ImageRecord[] = [];
  try {
    const { client } = await host.services();
    for await (const image of client.list(query, signal)) {
      images.push(image);
      if (images.length === SAMPLE) break;
    }
  } catch (error) {
    throw reportedBy("Cannot query Glance", "glance.endpoint", error);
  }
  if (images.length === 0) throw new NotApplicable("Glance has no active image to check");
  return images;
}

async function rbdLocations(host: HostFacts, signal: AbortSignal): Promise<readonly RbdLocation[]> {
  const images = await host.images();
  const { client } = await host.services();
  const found = await Promise.all(
    images.slice(0, LOCATED).map((image) => client.locations(image, signal)),
  );
  return found.flat().filter(({ url }) => /^rbd:/i.test(url)).flatMap(({ url }) => {
    try {
      return [parseRbdLocation(url)];
    } catch (error) {
      host.context.log("warning", expectedFailure(error).message);
      return [];
    }
  });
}
