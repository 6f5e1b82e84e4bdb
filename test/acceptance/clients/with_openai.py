"""Streams one answer with OpenAI's Python client and prints each token as a JSON line."""

import json
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="any", max_retries=0)
messages = [{"role": "user", "content": "count to 12"}]
for chunk in client.chat.completions.create(model="everyhop-demo", messages=messages, stream=True):
    if chunk.choices and chunk.choices[0].delta.content is not None:
        print(json.dumps(chunk.choices[0].delta.content), flush=True)
