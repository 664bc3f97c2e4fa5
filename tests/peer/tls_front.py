"""TLS by OpenSSL in front of a port of this host: rustls does not serve every certificate.

Arguments: the certificate, its key, the port. Prints its own port.
"""

import asyncio
import ssl
import sys

CERTIFICATE, KEY, PORT = sys.argv[1:]


async def pump(source, sink):
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()


async def serve(client, answer):
    server, request = await asyncio.open_connection("127.0.0.1", int(PORT))
    sending = asyncio.create_task(pump(client, request))
    await pump(server, answer)
    sending.cancel()
    request.close()
    answer.close()


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE, KEY)
    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


asyncio.run(main())
