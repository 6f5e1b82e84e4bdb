"""Asks with a wrong key, then streams with the key of OPENAI_API_KEY. Prints what it got, a JSON line each."""

import json
import sys

import openai


def say(*what):
    print(json.dumps(what), flush=True)


messages = [{"role": "user", "content": "hello"}]
wrong = openai.OpenAI(base_url=sys.argv[1], api_key="eh_wrong", max_retries=0)
try:
    wrong.models.list()
except openai.AuthenticationError as error:
    say("refused", type(error).__name__, error.code)
client = openai.OpenAI(base_url=sys.argv[1], max_retries=0)
try:
    for chunk in client.chat.completions.create(model="any", messages=messages, stream=True):
        say("token", chunk.choices[0].delta.content)
    say("end")
except Exception as error:
    say("cut")
try:
    client.models.list()
except openai.AuthenticationError as error:
    say("refused", type(error).__name__, error.code)
