"""handshake.py ROOT PORT HOST...: one strict TLS handshake with 127.0.0.1:PORT per HOST; prints `ok` or the reason."""

import socket
import ssl
import sys

root, port, *hosts = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
context.load_verify_locations(root)
for host in hosts:
    try:
        with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as connection:
            with context.wrap_socket(connection, server_hostname=host):
                print("ok")
    except ssl.SSLError as error:
        print(str(error).replace("\n", " "))
