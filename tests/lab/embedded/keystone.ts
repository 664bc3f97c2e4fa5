/**
 * A Keystone in this process: `POST /v3/auth/tokens` by password or application credential, with a
 * catalog, and version discovery. Based on measurements of Keystone 22.0 (Zed).
 *
 * @module
 */
import { HttpServer } from "./http_server.ts";
import type { Answer } from "./http_server.ts";
import { jsonAnswer } from "./python_json.ts";
import type { Tokens } from "./tokens.ts";

/** A user that can authenticate. */
export interface KeystoneUser {
  /** Name, in the domain Default. */
  readonly name: string;
  /** Password. */
  readonly password: string;
  /** Project of the scope. */
  readonly project: string;
  /** Roles in it. */
  readonly roles: readonly string[];
  /** An application credential of the user. */
  readonly applicationCredential?: { readonly id: string; readonly secret: string };
}

/** How to set up a Keystone. */
export interface KeystoneOptions {
  /** Its tokens, shared with the embedded Glance. */
  readonly tokens: Tokens;
  /** The users. */
  readonly users: readonly KeystoneUser[];
  /** URLs of the catalog by service type, e.g. `image`; in region RegionOne. */
  readonly catalog: Readonly<Record<string, string>>;
  /** Lifetime of tokens, in seconds. @default {14400} */
  readonly lifetime?: number;
}

interface PasswordMethod {
  readonly user?: { readonly name?: string; readonly id?: string; readonly password?: string };
}

interface CredentialMethod {
  readonly id?: string;
  readonly secret?: string;
}

interface AuthBody {
  readonly auth?: {
    readonly identity?: {
      readonly methods?: readonly string[];
      readonly password?: PasswordMethod;
      readonly application_credential?: CredentialMethod;
    };
    readonly scope?: { readonly project?: { readonly name?: string; readonly id?: string } };
  };
}

/** A running Keystone. */
export class EmbeddedKeystone implements AsyncDisposable {
  /** The server: its address, its requests, its faults. */
  readonly server: HttpServer;
  readonly #options: KeystoneOptions;

  /** Starts on a free port. */
  constructor(options: KeystoneOptions) {
    this.#options = options;
    this.server = new HttpServer((request, url) => this.#answer(request, url));
  }

  /** `[keystone_authtoken]auth_url`. */
  get url(): string {
    return `${this.server.url}/v3`;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  async #answer(request: Request, { pathname }: URL): Promise<Answer> {
    const path = pathname.replace(/(?<=.)\/$/, "");
    if (path === "/") return answer(300, { versions: { values: [this.#version()] } });
    if (path === "/v3") return answer(200, { version: this.#version() });
    if (path !== "/v3/auth/tokens" || request.method !== "POST") {
      return failure(404, "Not Found", "(http://127.0.0.1): The resource could not be found.");
    }
    const body: AuthBody = await request.json();
    if (body.auth?.identity === undefined) {
      return failure(400, "Bad Request", "'identity' is a required property");
    }
    const user = this.#userOf(body);
    return user === undefined ? this.#unauthorized() : this.#grant(user, body);
  }

  #userOf({ auth }: AuthBody): KeystoneUser | undefined {
    const { application_credential: credential, methods, password } = auth?.identity ?? {};
    return this.#options.users.find((user) =>
      methods?.includes("application_credential")
        ? user.applicationCredential !== undefined &&
          user.applicationCredential.id === credential?.id &&
          user.applicationCredential.secret === credential?.secret
        : user.password === password?.user?.password &&
          (user.name === password?.user?.name || idOf(user.name) === password?.user?.id)
    );
  }

  #grant(user: KeystoneUser, { auth }: AuthBody): Answer {
    const project = auth?.scope?.project;
    const isOther = project?.name !== undefined
      ? project.name !== user.project
      : project?.id !== undefined && project.id !== idOf(user.project);
    if (isOther) return this.#unauthorized();
    const scoped = project !== undefined || auth?.identity?.application_credential !== undefined;
    const now = Date.now();
    const lifetime = (this.#options.lifetime ?? 14400) * 1000;
    const token = {
      methods: auth?.identity?.methods ?? [],
      user: { ...named(user.name), password_expires_at: null },
      audit_ids: ["rFxrfK68TIygm2d9EEltBg"],
      expires_at: timestamp(now + lifetime),
      issued_at: timestamp(now),
      ...scoped ? this.#scope(user) : {},
    };
    const subject = this.#options.tokens.issue(...scoped ? user.roles : []);
    return answer(201, { token }, { "X-Subject-Token": subject });
  }

  #scope({ project, roles }: KeystoneUser): Record<string, unknown> {
    return {
      project: named(project),
      is_domain: false,
      roles: roles.map((name) => ({ id: idOf(name), name })),
      catalog: Object.entries({ identity: this.url, ...this.#options.catalog }).map(catalogEntry),
    };
  }

  #unauthorized(): Answer {
    const text = "The request you have made requires authentication.";
    const challenge = `Keystone uri="${this.url}"`;
    return failure(401, "Unauthorized", text, { "WWW-Authenticate": challenge });
  }

  #version(): Record<string, unknown> {
    return {
      id: "v3.14",
      status: "stable",
      updated: "2020-04-07T00:00:00Z",
      links: [{ rel: "self", href: `${this.url}/` }],
    };
  }
}

function catalogEntry([type, url]: readonly [string, string]): Record<string, unknown> {
  const endpoints = ["public", "internal", "admin"].map((kind) => ({
    id: idOf(`${type} ${kind}`),
    interface: kind,
    region_id: "RegionOne",
    url,
    region: "RegionOne",
  }));
  return { endpoints, id: idOf(type), type, name: type };
}

function named(name: string): Record<string, unknown> {
  return { domain: { id: "default", name: "Default" }, id: idOf(name), name };
}

/** An id in Keystone's format, the same for the same name. */
function idOf(name: string): string {
  const hex = Array.from(new TextEncoder().encode(name), (byte) => byte.toString(16)).join("");
  return hex.padEnd(32, "0").slice(0, 32);
}

/** Keystone writes microseconds. */
function timestamp(time: number): string {
  return new Date(time).toISOString().replace("Z", "000Z");
}

function failure(
  code: number,
  title: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return answer(code, { error: { code, message, title } }, headers);
}

function answer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return jsonAnswer(status, value, { "Vary": "X-Auth-Token", ...headers });
}
