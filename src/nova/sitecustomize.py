"""Lets nova-compute fetch images with glance-direct.

Python runs this module when it starts: as sitecustomize, if its directory is on PYTHONPATH (a systemd
drop-in sets that for nova-compute only), or as glance_direct_nova, through a .pth file next to it in the
site-packages of nova's Python. If both happen, only the first one is active. It waits for
nova.virt.images and wraps its fetch(), whose signature has been the same since Victoria. Every failure
that is not the image's own falls back to nova's original function.

Written by "glance-direct hook install" and removed by "glance-direct hook uninstall". Python 3.8 or
later, standard library only. It imports nothing of nova, eventlet or urllib3, because nova must patch them
first; it gets them from the wrapped module.
"""
import os
import sys

MODULE = "nova.virt.images"
PARAMETERS = ["context", "image_href", "path", "trusted_certs"]
PROGRAM = "/usr/bin/glance-direct"
# In nova's state directory: shows "glance-direct hook status" which process has the hook.
MARK = "glance-direct-hook.json"
# A last resort in seconds: the program limits each of its own waits far more.
TIMEOUT = 7200.0
# Seconds to clean up between SIGINT and SIGKILL.
GRACE = 5.0

EXIT_IMAGE_BAD = 65
EXIT_IMAGE_MISSING = 66


class _Finder:
    """Waits for nova.virt.images; every other import costs one comparison."""

    glance_direct = True
    searching = False

    def find_spec(self, name, path=None, target=None):
        if name != MODULE or self.searching:
            return None
        import importlib.util

        self.searching = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.searching = False
        _wrap_after_load(getattr(spec, "loader", None))
        return spec


def _wrap_after_load(loader) -> None:
    # A reload returns the loader of the first import.
    if "exec_module" in getattr(loader, "__dict__", {"exec_module": "cannot be replaced"}):
        return
    load = loader.exec_module

    def exec_module(module):
        load(module)
        try:
            _wrap_fetch(module)
        except Exception:
            import logging

            logging.getLogger(MODULE).exception("glance-direct cannot wrap %s.fetch", MODULE)
        else:
            _leave_mark(module)

    # On the loader itself, so that debuggers and tracebacks still find the source.
    loader.exec_module = exec_module


def _wrap_fetch(images) -> None:
    import functools
    import inspect

    original = images.fetch
    signature = inspect.signature(original)
    if list(signature.parameters) != PARAMETERS:
        raise TypeError("the signature is %s, expected (%s)" % (signature, ", ".join(PARAMETERS)))

    @functools.wraps(original)
    def fetch(context, image_href, path, trusted_certs=None):
        refusal = None
        try:
            refusal = _fetch_directly(images, context, image_href, path, trusted_certs)
            if refusal is None:
                return
        except Exception as error:
            images.LOG.warning("glance-direct cannot fetch image %s, so nova downloads it: %s",
                               image_href, error)
        _remove(path)
        if refusal is not None:
            raise refusal
        original(context, image_href, path, trusted_certs)

    images.fetch = fetch


def _leave_mark(images) -> None:
    """Shows that this nova-compute has the hook: the mark is valid while its lock is held.

    The kernel releases the lock with the process. Only "hook status" needs the mark.
    """
    if not os.path.basename(sys.argv[0]).startswith("nova-compute"):
        return
    import fcntl
    import json

    program = _program()
    try:
        with open(__file__) as module:
            version = module.readline()
        path = os.path.join(images.CONF.state_path, MARK)
        mark = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(mark, 0)
        os.write(mark, json.dumps({
            "pid": os.getpid(), "module": __file__, "version": version, "program": program,
            "program_runs": os.access(program, os.X_OK)}).encode())
    except Exception as error:
        images.LOG.debug("glance-direct leaves no mark: %s", error)


def _fetch_directly(images, context, image_href, path, trusted_certs):
    """Returns None once path holds the image, or nova's exception for an image that is not valid.

    Raises any other error; nova then makes its own download.
    """
    import json

    request = _request(images.glance, context, image_href, path, trusted_certs)
    # nova's limit on concurrent disk operations; its own fetch() takes it again, so release it first.
    with images.compute_utils.disk_ops_semaphore:
        status, stdout, stderr = _run(images.processutils, json.dumps(request))
    if status == 0:
        result = _result(_redact(stdout, request), path)
        _report(images.LOG, image_href, result, _redact(stderr, request))
        return None
    error = _error(_redact(stderr, request))
    refusal = _refusal(images, status, error, image_href)
    if refusal is None:
        raise RuntimeError(_reason(status, error))
    return refusal


def _request(glance, context, image_href, path, trusted_certs) -> dict:
    """The values that nova would use itself: endpoint, tokens, request id."""
    image_id, endpoint = str(image_href), None
    if "/" in image_id:
        image_id, endpoint = glance._endpoint_from_image_ref(image_id)
    elif not glance.CONF.glance.api_servers:
        # The program reads a list of servers itself, and tries them all.
        endpoint = next(glance.get_api_servers(context))
    session, auth = glance._session_and_auth(context)
    headers = auth.get_headers(session) or {}
    return {
        "image_id": image_id,
        "path": path,
        "trusted_certs": list(trusted_certs.ids) if trusted_certs else None,
        "token": headers.get("X-Auth-Token"),
        "service_token": headers.get("X-Service-Token"),
        "endpoint": endpoint,
        "request_id": context.global_id,
    }


def _program() -> str:
    return os.environ.get("GLANCE_DIRECT_BIN") or PROGRAM


def _run(processutils, request: str) -> tuple:
    """Runs the program with the request on its standard input: exit status, output, errors."""
    program = _program()
    command = [program, "hook", "fetch", "-f", "json"] + _config_arguments(sys.argv[1:])
    timeout = _timeout()
    # It continues while nova-compute finishes its builds, and ends with it.
    environment = dict(os.environ, GLANCE_DIRECT_HOOK_PARENT=str(os.getpid()))
    started = []
    # No pipe: eventlet's os.write() retries for ever if the reader has ended without reading.
    stdin = os.memfd_create("request")

    def begin():
        os.setsid()
        os.dup2(stdin, 0)

    try:
        _fill(stdin, request.encode())
        stdout, stderr = processutils.execute(
            *command, check_exit_code=False, timeout=timeout,
            preexec_fn=begin, on_execute=started.append, env_variables=environment)
    except BaseException as error:
        for process in started:
            _stop(process)
        # By name: under eventlet the class belongs to another copy of subprocess.
        if type(error).__name__ == "TimeoutExpired":
            raise RuntimeError("'%s' did not end within %g s" % (program, timeout))
        raise
    finally:
        os.close(stdin)
    return started[0].returncode, stdout, stderr


def _fill(memory: int, data: bytes) -> None:
    """Writes all of the data, and rewinds."""
    while data:
        data = data[os.write(memory, data):]
    os.lseek(memory, 0, os.SEEK_SET)


def _config_arguments(arguments: list) -> list:
    """nova-compute's own --config-file and --config-dir, in order."""
    words = iter(arguments)
    found = []
    for word in words:
        name, equals, value = word.partition("=")
        if name in ("--config-file", "--config-dir"):
            found.append("%s=%s" % (name, value if equals else next(words, "")))
    return found


def _timeout() -> float:
    text = os.environ.get("GLANCE_DIRECT_HOOK_TIMEOUT") or str(TIMEOUT)
    try:
        return float(text)
    except ValueError:
        raise RuntimeError("GLANCE_DIRECT_HOOK_TIMEOUT is '%s', expected seconds" % text)


def _stop(process) -> None:
    """Ends the program: first with time to clean up, then by force and with its children.

    SIGINT, because a SIGTERM may come from systemd while nova-compute finishes its builds. A process that
    cannot be ended (another user's, or waiting for a dead disk) is left behind, so that nova continues.
    """
    import signal

    for end in (lambda: process.send_signal(signal.SIGINT),
                lambda: os.killpg(process.pid, signal.SIGKILL)):
        try:
            end()
            process.wait(timeout=GRACE)
        except Exception:
            pass


def _result(stdout: str, path: str) -> dict:
    import json

    try:
        result = json.loads(stdout)
        complete = result["path"] == path and os.path.isfile(path)
    except (ValueError, TypeError, KeyError):
        complete = False
    if not complete:
        raise RuntimeError("it ended with status 0, but without a result for '%s'" % path)
    return result


def _report(log, image_href, result: dict, stderr: str) -> None:
    """One line for the source used, one for each failed source, one for each warning."""
    for line in stderr.splitlines():
        log.warning("glance-direct says of image %s: %s",
                    image_href, line.partition(": warning: ")[2] or line)
    for attempt in result.get("attempts") or []:
        if attempt.get("outcome") == "failed":
            log.warning("glance-direct could not fetch image %s from %s: %s",
                        image_href, attempt.get("source"), attempt.get("message"))
    log.info("glance-direct fetched image %s from %s in %s s",
             image_href, result.get("source"), result.get("seconds"))


def _error(stderr: str) -> dict:
    """The one error object, which may be among other lines of the log."""
    import json

    for line in reversed(stderr.splitlines()):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and value.get("type") == "error":
            return value
    return {}


def _refusal(images, status: int, error: dict, image_href):
    """The exception that nova itself raises for such an image, so that it is handled the same way.

    All except ImageNotFound abort the build: no other host may start an altered image.
    """
    if status == EXIT_IMAGE_MISSING:
        return images.exception.ImageNotFound(image_id=image_href)
    if status != EXIT_IMAGE_BAD:
        return None
    code, reason = str(error.get("code")), _reason(status, error)
    if code.startswith("signature_"):
        return images.glance.cursive_exception.SignatureVerificationError(reason=reason)
    if code.startswith("certificate_"):
        return images.exception.CertificateValidationFailed(reason)
    return images.exception.ImageUnacceptable(image_id=image_href, reason=reason)


def _reason(status: int, error: dict) -> str:
    if status < 0:
        return "it was ended by signal %d" % -status
    if not error:
        return "it ended with status %d" % status
    return "%s (%s, status %d)" % (error.get("message"), error.get("code"), status)


def _redact(text: str, request: dict) -> str:
    for secret in (request["token"], request["service_token"]):
        if secret:
            text = text.replace(secret, "***")
    return text


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        # nova then opens the file itself and reports what is wrong with it.
        pass


def _chain() -> None:
    """Runs the sitecustomize that this one hides, if there is one later on sys.path."""
    here = os.path.dirname(os.path.abspath(__file__))
    if here not in sys.path:
        return
    import importlib.machinery
    import importlib.util

    further = sys.path[sys.path.index(here) + 1:]
    spec = importlib.machinery.PathFinder.find_spec(__name__, further)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules[__name__] = module
    spec.loader.exec_module(module)


if not any(getattr(finder, "glance_direct", False) for finder in sys.meta_path):
    sys.meta_path.insert(0, _Finder())
# With a .pth file, Python runs the sitecustomize of the distribution itself.
if __name__ == "sitecustomize":
    _chain()
