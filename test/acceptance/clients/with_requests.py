"""Streams one answer with requests and prints each token as a JSON line."""

import json
import sys

import requests

body = {"model": "everyhop-demo", "stream": True, "messages": [{"role": "user", "content": "count to 12"}]}
response = requests.post(f"{sys.argv[1]}/chat/completions", json=body, stream=True, timeout=60)
response.raise_for_status()
for line in response.iter_lines(chunk_size=1):
    if line.startswith(b"data: {"):
        token = json.loads(line[6:])["choices"][0]["delta"].get("content")
        if token is not None:
            print(json.dumps(token), flush=True)
