"""Stands in for a model server: streams an answer over the API of OpenAI. python server.py"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Models(BaseHTTPRequestHandler):
    """One model, which repeats the question."""

    def do_GET(self):
        self.answer("application/json", json.dumps({"object": "list", "data": [{"id": "stub", "object": "model"}]}))

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = ["You", "asked:", *asked["messages"][-1]["content"].split()]
        parts = [
            {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": f"{word} "}}]}
            for word in words
        ]
        lines = [f"data: {json.dumps(part)}\n\n" for part in parts]
        self.answer("text/event-stream", "".join(lines) + "data: [DONE]\n\n")

    def answer(self, kind, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8000), Models).serve_forever()
