/**
 * A compute host of the real lab whose Glance and Keystone can be made to fail: the data is theirs,
 * the fault is in the connection.
 *
 * @module
 */
import { PORTS, url } from "@lab/ceph/layout.ts";
import { Relay } from "@lab/ceph/relay.ts";
import type { TransferFault } from "@lab/embedded/fault.ts";
import type { FaultHostOptions, FrailVictim } from "../fault/fault_lab.ts";
import { Balancer } from "./balancer.ts";
import { CephFaultHost } from "./ceph_fault_host.ts";
import { revokeAll } from "./keystone_account.ts";

/** A host behind a relay and a load balancer. */
export class FrailHost extends CephFaultHost implements FrailVictim {
  readonly #glance: Relay;
  readonly #keystone: Balancer;

  private constructor(base: CephFaultHost, glance: Relay, keystone: Balancer) {
    super(base.images, base.host, base.flags);
    this.#glance = glance;
    this.#keystone = keystone;
  }

  /** Makes the images, the host, and what stands between it and the services. */
  static override async make(options: FaultHostOptions): Promise<FrailHost> {
    const glance = new Relay(url(options.keystone ? PORTS.glance : PORTS.glanceNoauth));
    const keystone = new Balancer(url(PORTS.keystone));
    const between = { glanceUrl: glance.url, authUrl: `${keystone.url}/v3` };
    return new FrailHost(await CephFaultHost.make(options, between), glance, keystone);
  }

  /** Has the data of every image from Glance go wrong from now on, or no more. */
  breakGlance(fault: TransferFault | undefined): void {
    for (const { id } of this.images) this.#glance.setFault(`/v2/images/${id}/file`, fault);
  }

  /** Has Keystone answer every login with 503 from now on, or no more. */
  breakKeystone(isBroken: boolean): void {
    this.#keystone.isBroken = isBroken;
  }

  /** Makes every token of nova's worthless. */
  async endTokens(): Promise<void> {
    await revokeAll("nova");
  }

  /** Removes everything. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#glance[Symbol.asyncDispose]();
    await this.#keystone[Symbol.asyncDispose]();
  }
}
