"""Lets nova-compute fetch images with glance-direct.

Python runs this module at its start: as sitecustomize, where the folder is on PYTHONPATH (a systemd
drop-in puts it there for nova-compute alone), or as glance_direct_nova, by a .pth file beside it in the
site-packages of nova's Python. Where both do, the first one works and the other rests. All it does then
is to wait for nova.virt.images and to wrap its fetch(), whose signature has been the same since Victoria.
Every trouble that is not the image's own ends in nova's original function.

Written by "glance-direct hook install" and removed by "glance-direct hook uninstall". Python 3.8 or
later, standard library only; nothing of nova, eventlet or urllib3 is imported from here, because nova
has to patch them first: what is needed comes with the module that is wrapped.
"""
import os
import sys

MODULE = "nova.virt.images"
PARAMETERS = ["context", "image_href", "path", "trusted_certs"]
PROGRAM = "/usr/bin/glance-direct"
# In nova's state directory: tells "glance-direct hook status" of the process that has the hook.
MARK = "glance-direct-hook.json"
# A last resort in seconds: the program bounds each of its own waits far tighter.
TIMEOUT = 7200.0
# Seconds to clean up between SIGINT and SIGKILL.
GRACE = 5.0

EXIT_IMAGE_BAD = 65
EXIT_IMAGE_MISSING = 66


class _Finder:
    """Waits for nova.virt.images; every other import costs it one comparison."""

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
    # A reload brings the loader of the first time.
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

    # On the loader itself, so that debuggers and tracebacks find the source as ever.
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
    """Tells others that this nova-compute has the hook: the mark counts while its lock is held.

    The kernel ends the lock with the process. Without the mark nothing but "hook status" suffers.
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
    """Returns None once path holds the image, or nova's exception for an image that is no good.

    Raises anything else, for nova to try on its own.
    """
    import json

    request = _request(images.glance, context, image_href, path, trusted_certs)
    # nova's bound on concurrent work on the disk; its own fetch() takes it again, so let go first.
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
    """What nova would use itself: endpoint, tokens, request id."""
    image_id, endpoint = str(image_href), None
    if "/" in image_id:
        image_id, endpoint = glance._endpoint_from_image_ref(image_id)
    elif not glance.CONF.glance.api_servers:
        # A list of servers the program reads for itself: it tries them all.
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
    # It goes on while nova-compute finishes its builds, and ends with it.
    environment = dict(os.environ, GLANCE_DIRECT_HOOK_PARENT=str(os.getpid()))
    started = []
    # No pipe: eventlet's os.write() tries for ever where the reader has ended without reading.
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
        # By name: under eventlet the class is that of another copy of subprocess.
        if type(error).__name__ == "TimeoutExpired":
            raise RuntimeError("'%s' did not end within %g s" % (program, timeout))
        raise
    finally:
        os.close(stdin)
    return started[0].returncode, stdout, stderr


def _fill(memory: int, data: bytes) -> None:
    """Writes all of the data, to be read from its beginning."""
    while data:
        data = data[os.write(memory, data):]
    os.lseek(memory, 0, os.SEEK_SET)


def _config_arguments(arguments: list) -> list:
    """nova-compute's own --config-file and --config-dir, in their order."""
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
    """Ends the program, politely first so that it cleans up, then it and its children for good.

    SIGINT, because a SIGTERM may come from systemd, and nova-compute be finishing its builds. What cannot
    be ended, because it is another user's or waits for a dead disk, is left behind: nova has to go on.
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
    """One line for the source that served it, one for each that should have, one for each warning."""
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
    """The one error object, which other lines of the log may surround."""
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
    """The exception that nova raises for such an image itself, so that it treats it alike.

    All but ImageNotFound abort the build: no other host is asked to start an altered image.
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
        # nova opens the file itself next and says what is wrong with it.
        pass


def _chain() -> None:
    """Runs the sitecustomize that this one hides, if there is one further down sys.path."""
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
# By a .pth file, Python runs the sitecustomize of the distribution itself.
if __name__ == "sitecustomize":
    _chain()
