"""Verified private hops without a context for each request.

Building an SSL context reads and parses every root, some 30 ms each time, and httpx builds one for every client that it
is not given one for. So: one context, made once, for all clients of the program.

    everyhop run -- python chat.py https://models.internal/v1
"""

import os
import ssl
import sys

import httpx

# `everyhop run` has set it; without it, the system's roots.
CONTEXT = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))


def client() -> httpx.Client:
    return httpx.Client(verify=CONTEXT, timeout=30)


if __name__ == "__main__":
    with client() as http:
        print(http.get(sys.argv[1]).status_code)
