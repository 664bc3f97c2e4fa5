/**
 * `glance.endpoint`: Glance is found and answers these credentials.
 *
 * @module
 */
import { type Check, ok } from "@/doctor/check.ts";

/** The check. */
export const glanceEndpoint: Check = {
  id: "glance.endpoint",
  what: "Glance is found and answers",
  async run(patient, signal) {
    const { client } = await patient.services();
    const images = client.list({ limit: ["1"] }, signal);
    for await (const _image of images) break;
    return ok(`Glance answers at ${client.endpoints[0]}`, client.endpoints.slice(1));
  },
};
