/**
 * Runs an OpenStack API under uwsgi, as in Debian's own service files.
 *
 * @module
 */

/**
 * Seconds for the other side to send or to take something. uwsgi's own default is 4: on a busy machine
 * it closes connections before the answer. Glance's own server waits as long (`client_socket_timeout`).
 */
const PATIENCE = 900;

/**
 * The command line of an API on a port of loopback.
 *
 * One thread per process: SQLAlchemy's SQLite connections stay in the thread that created them.
 * Without `Connection: close` and with `Content-Length`, clients see resets.
 *
 * @param application `--wsgi-file=…` or `--paste=…`.
 */
export function uwsgi(port: number, processes: number, application: string): readonly string[] {
  return [
    "uwsgi",
    "--plugin=python3",
    `--http-socket=127.0.0.1:${port}`,
    application,
    `--processes=${processes}`,
    "--threads=1",
    `--socket-timeout=${PATIENCE}`,
    "--master",
    "--die-on-term",
    "--no-orphans",
    "--lazy-apps",
    "--enable-threads",
    "--need-app",
    "--buffer-size=65535",
    "--rem-header=Content-Length",
    "--add-header=Connection: close",
  ];
}

/** The module of an OpenStack service for uwsgi, in releases that have one. */
export function wsgiModule(service: string): string {
  return `/usr/lib/python3/dist-packages/${service}/wsgi/api.py`;
}
