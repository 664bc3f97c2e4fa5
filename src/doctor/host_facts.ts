/**
 * The host as the checks see it; each service is opened and asked once, when a check first needs
 * it.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import { programAt } from "@/config/program_place.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { type HostFacts, NotApplicable, reportedBy } from "@/doctor/check.ts";
import type { FetchParts } from "@/plan/plan.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { parseRbdLocation, type RbdLocation } from "@/sources/rbd/location.ts";
import { RBD_PLACES } from "@/sources/rbd/program.ts";
import type { OpenedSession } from "@/openstack/keystone/open_session.ts";

/** The parts of a host. */
export interface HostFactsParts extends Pick<HostFacts, "configSources" | "context"> {
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

/** The facts of a host. Disposing it closes the services. */
export class LazyHostFacts implements HostFacts, AsyncDisposable {
  /** See {@linkcode HostFacts}. */
  readonly context: Context;
  /** See {@linkcode HostFacts}. */
  readonly configSources: HostFacts["configSources"];
  readonly #parts: HostFactsParts;
  #session: Promise<OpenedSession> | undefined;
  #services: Promise<FetchParts & Disposable> | undefined;
  #images: Promise<readonly ImageRecord[]> | undefined;
  #locations: Promise<readonly RbdLocation[]> | undefined;

  /** Does not open anything yet. */
  constructor(parts: HostFactsParts) {
    this.#parts = parts;
    this.context = parts.context;
    this.configSources = parts.configSources;
  }

  /** See {@linkcode HostFacts}. */
  get config(): Config {
    try {
      return this.#parts.readConfig();
    } catch (error) {
      throw reportedBy("The configuration cannot be read", "config.files", error);
    }
  }

  /** See {@linkcode HostFacts}. */
  get rbdProgram(): string {
    return this.#parts.rbdProgram ?? programAt(RBD_PLACES, this.context.files);
  }

  /** See {@linkcode HostFacts}. */
  session(): Promise<OpenedSession> {
    return this.#session ??= this.#withConfig(this.#parts.openSession);
  }

  /** See {@linkcode HostFacts}. */
  services(): Promise<FetchParts & Disposable> {
    return this.#services ??= this.#withConfig(this.#parts.openServices);
  }

  /** See {@linkcode HostFacts}. */
  images(): Promise<readonly ImageRecord[]> {
    return this.#images ??= this.#list();
  }

  /** See {@linkcode HostFacts}. */
  locations(): Promise<readonly RbdLocation[]> {
    return this.#locations ??= this.#locate();
  }

  /** Checks that need the configuration are skipped without one. */
  async #withConfig<T>(open: () => Promise<T>): Promise<T> {
    void this.config;
    return await open();
  }

  async #list(): Promise<readonly ImageRecord[]> {
    const query = { status: ["active"], sort: ["size:desc"], limit: [String(SAMPLE)] };
    const images: ImageRecord[] = [];
    try {
      const { client } = await this.services();
      for await (const image of client.list(query, this.#parts.signal)) {
        images.push(image);
        if (images.length === SAMPLE) break;
      }
    } catch (error) {
      throw reportedBy("Cannot query Glance", "glance.endpoint", error);
    }
    if (images.length === 0) throw new NotApplicable("Glance has no active image to check");
    return images;
  }

  async #locate(): Promise<readonly RbdLocation[]> {
    const images = await this.images();
    const { client } = await this.services();
    const found = await Promise.all(
      images.slice(0, LOCATED).map((image) => client.locations(image, this.#parts.signal)),
    );
    return found.flat().filter(({ url }) => /^rbd:/i.test(url)).flatMap(({ url }) => {
      try {
        return [parseRbdLocation(url)];
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        this.context.log("warning", error.message);
        return [];
      }
    });
  }

  /** Closes the opened services; failures to open were reported already. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of [this.#services, this.#session]) {
      (await opened?.catch(() => undefined))?.[Symbol.dispose]();
    }
  }
}
