"""What the hook sees of the real nova.virt.images, without nova."""
import contextlib
import logging
import os
import subprocess
from types import SimpleNamespace

LOG = logging.getLogger(__name__)
CONF = SimpleNamespace(state_path=os.environ.get("NOVA_STATE_PATH"))


def _exception(name):
    def __init__(self, message=None, **kwargs):
        Exception.__init__(self, message or ", ".join("%s=%s" % pair for pair in kwargs.items()))

    return type(name, (Exception,), {"__init__": __init__, "__module__": "nova.exception"})


exception = SimpleNamespace(**{name: _exception(name) for name in (
    "ImageNotFound", "ImageUnacceptable", "CertificateValidationFailed")})


def _execute(*command, check_exit_code, timeout, preexec_fn, on_execute, env_variables):
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env_variables,
                               preexec_fn=preexec_fn)
    on_execute(process)
    return [text.decode() for text in process.communicate(timeout=timeout)]


_headers = {"X-Auth-Token": "the-token"}
processutils = SimpleNamespace(execute=_execute)
compute_utils = SimpleNamespace(disk_ops_semaphore=contextlib.nullcontext())
glance = SimpleNamespace(
    CONF=SimpleNamespace(glance=SimpleNamespace(api_servers=None)),
    cursive_exception=SimpleNamespace(
        SignatureVerificationError=_exception("SignatureVerificationError")),
    get_api_servers=lambda context: iter(["http://glance"]),
    _session_and_auth=lambda context: (None, SimpleNamespace(get_headers=lambda _: _headers)))

CONTEXT = SimpleNamespace(global_id="req-1")
IMAGE_API = SimpleNamespace()


def fetch(context, image_href, path, trusted_certs=None):
    IMAGE_API.download(context, image_href, dest_path=path, trusted_certs=trusted_certs)
