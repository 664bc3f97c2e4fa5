"""Ends TLS in front of a plain HTTP service: SERVER.pem CA.pem HOST PORT.

Wants a client certificate of that authority. Prints the port it listens on, and goes on until its
standard input ends.
"""

import contextlib
import socket
import ssl
import sys
import threading


def pump(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


def serve(raw, context, upstream):
    with contextlib.suppress(OSError), raw, context.wrap_socket(raw, server_side=True) as client:
        with socket.create_connection(upstream) as service:
            asking = threading.Thread(target=pump, args=(client, service), daemon=True)
            asking.start()
            pump(service, client)
            # close_notify: a body that ends with the connection would be taken for a cut one.
            client.unwrap()


def accept(listener, context, upstream):
    while True:
        raw, _ = listener.accept()
        threading.Thread(target=serve, args=(raw, context, upstream), daemon=True).start()


def main(pair, authority, host, port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    context.load_verify_locations(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    args = (listener, context, (host, int(port)))
    threading.Thread(target=accept, args=args, daemon=True).start()
    sys.stdin.read()


main(*sys.argv[1:])
