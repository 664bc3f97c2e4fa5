#!/usr/bin/env python3
"""A stand-in for the glance-direct program that obeys the contract of "hook fetch".

STAND_IN says what it does; STAND_IN_RECORD names a file for what it was given.
"""
import json
import os
import signal
import sys
import time

behaviour, _, detail = os.environ["STAND_IN"].partition(" ")
text = sys.stdin.read()
with open(os.environ["STAND_IN_RECORD"], "w") as record:
    json.dump({"argv": sys.argv[1:], "stdin": text, "pid": os.getpid(), "parent": os.getppid(),
               "environment": dict(os.environ)}, record)
request = json.loads(text)


def write(content):
    with open(request["path"], "wb") as image:
        image.write(content)


def fail(status, code):
    """As the program with "-f json": log lines, then one error object."""
    print('{"level":"warning","message":"a log line"}', file=sys.stderr)
    message = "Cannot use image, by token '%s'" % request["token"]
    print(json.dumps({"type": "error", "code": code, "exit_status": status, "message": message,
                      "hints": [], "attempts": []}), file=sys.stderr)
    sys.exit(status)


if behaviour == "fetch":
    write(b"verified")
    if detail == "with a warning":
        print("glance-direct: warning: No metrics, by token '%s'" % request["token"], file=sys.stderr)
    failed = {"source": "rbd", "outcome": "failed", "message": "No such pool"}
    attempts = [failed] if detail == "by glance" else []
    print(json.dumps({"path": request["path"], "source": "glance" if attempts else "rbd",
                      "attempts": attempts, "seconds": 0.5}))
elif behaviour == "fail":
    write(b"half")
    status, code = detail.split()
    fail(int(status), code)
elif behaviour == "exit":
    write(b"half")
    print("no JSON {", file=sys.stderr)
    sys.exit(int(detail))
elif behaviour == "print":
    write(b"half")
    print(detail)
elif behaviour == "promise":
    print(json.dumps({"path": request["path"], "source": "rbd", "seconds": 0.5}))
elif behaviour == "die":
    write(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
elif behaviour == "hang":
    write(b"half")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if detail == "deaf":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if detail == "child only" and os.fork():
        sys.exit(1)
    time.sleep(600)
elif behaviour == "work":
    time.sleep(float(detail))
    write(b"verified")
    print(json.dumps({"path": request["path"], "source": "rbd", "seconds": float(detail)}))
