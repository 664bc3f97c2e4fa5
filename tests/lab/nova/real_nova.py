"""Sets up the real nova as nova-compute does: configuration first, then objects; and a request."""
import tempfile

from nova import config, context as nova_context, objects

TOKEN = "the-user-token"
CATALOG = [{"type": "image", "name": "glance", "endpoints": [
    {"region": "RegionOne", "internalURL": "http://127.0.0.1:9/v2", "publicURL": "http://127.0.0.1:9"}]}]


def configure(text: str) -> str:
    """Reads a configuration; returns the file's path, for whoever has to read it too."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
        file.write(text)
    config.parse_args(["nova-compute", "--config-file", file.name], configure_db=False,
                      init_rpc=False)
    objects.register_all()
    return file.name


def context():
    """The request of a user who starts a server, as it arrives at nova-compute."""
    configure("[DEFAULT]\nlog_dir =\n")
    return nova_context.RequestContext("user", "project", auth_token=TOKEN, service_catalog=CATALOG,
                                       global_request_id="req-11111111-2222-3333-4444-555555555555")
