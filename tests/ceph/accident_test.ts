/**
 * The accidents of `tests/fault` against real Ceph, Keystone and Glance.
 *
 * @module
 */
import { accidents } from "../fault/accidents.ts";
import { printTable } from "../fault/campaign.ts";
import { CEPH } from "./ceph_fault_lab.ts";
import "./wrong_bytes.ts";

accidents(CEPH);

Deno.test.afterAll(printTable);
