"""What openstacksdk makes of each case of clouds_cases.txt, as a JSON list in the same order."""

import json
import os
import pathlib
import re
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
os.environ = {"HOME": "/home/op", "PATH": os.environ["PATH"]}

from openstack.config.loader import OpenStackConfig  # noqa: E402

CASES = pathlib.Path(__file__).with_name("clouds_cases.txt")


def cases():
    for block in re.split(r"^=== ", CASES.read_text(), flags=re.M)[1:]:
        head, *parts = re.split(r"^--- (\S+)\n", block, flags=re.M)
        name, _, asked = head.strip().rpartition(" @ ")
        cloud, _, region = asked.partition(" ")
        yield name, cloud, region, dict(zip(parts[::2], parts[1::2]))


def outcome(cloud, region, files):
    with tempfile.TemporaryDirectory() as folder:
        paths = {"clouds": [], "secure": [], "clouds-public": []}
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.write_text(text)
            paths[path.stem].append(str(path))
        config = OpenStackConfig(
            config_files=paths["clouds"],
            secure_files=paths["secure"],
            vendor_files=paths["clouds-public"],
            load_envvars=False,
        )
        region_args = {"region_name": region} if region else {}
        found = config.get_one(cloud=cloud, **region_args)
    verify, cert = found.get_requests_verify_args()
    auth = {key: value for key, value in found.config["auth"].items() if value}
    endpoint = auth.pop("endpoint", None)
    pair = cert if isinstance(cert, tuple) else (cert, None)
    return {
        "type": found.config["auth_type"],
        "auth": auth,
        "region": found.get_region_name("image") or None,
        "interface": found.get_interface("image"),
        "endpoint": found.get_endpoint("image") or endpoint,
        "verify": verify if isinstance(verify, bool) else True,
        "ca": verify if isinstance(verify, str) else None,
        "cert": pair[0],
        "key": pair[1],
    }


def safe_outcome(cloud, region, files):
    try:
        return outcome(cloud, region, files)
    except Exception as error:  # Whatever it is, the operator's file is not usable.
        return {"error": type(error).__name__}


json.dump([safe_outcome(*case[1:]) for case in cases()], sys.stdout)
