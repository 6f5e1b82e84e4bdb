"""Streams one answer with httpx and prints each token as a JSON line."""

import json
import sys

import httpx

body = {"model": "everyhop-demo", "stream": True, "messages": [{"role": "user", "content": "count to 12"}]}
with httpx.stream("POST", f"{sys.argv[1]}/chat/completions", json=body, timeout=60) as response:
    response.raise_for_status()
    for line in response.iter_lines():
        if line.startswith("data: {"):
            token = json.loads(line[6:])["choices"][0]["delta"].get("content")
            if token is not None:
                print(json.dumps(token), flush=True)
