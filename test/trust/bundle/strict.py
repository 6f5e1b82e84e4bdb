"""strict.py FOLDER: for each N with N-root.pem, N-leaf.pem and N-key.pem in FOLDER, a handshake in memory with the leaf's
server: once as Python up to 3.12 does by default, once as Python 3.13 does. Prints `N ok|refused ok|refused` and the reason."""

import os
import ssl
import sys

folder = sys.argv[1]


def handshake(number: str, flags: int) -> str:
    path = lambda part: os.path.join(folder, f"{number}-{part}.pem")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path("leaf"), path("key"))
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags |= flags
    client.load_verify_locations(path("root"))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname="localhost"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    while sides:
        for side in list(sides):
            try:
                side.do_handshake()
                sides.remove(side)
            except ssl.SSLWantReadError:
                pass
    return "ok"


def verdict(number: str, flags: int) -> tuple[str, str]:
    try:
        return handshake(number, flags), ""
    except ssl.SSLError as error:
        return "refused", str(error).split("failed: ")[-1]


strict = ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
for number in sorted({name.split("-")[0] for name in os.listdir(folder)}, key=int):
    (usual, why), (strictly, why_strictly) = verdict(number, 0), verdict(number, strict)
    print(number, usual, strictly, why or why_strictly)
