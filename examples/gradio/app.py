"""A Gradio chat that streams its answers and accepts files: python app.py"""

import os
import time

import gradio as gr


def answer(message, _history):
    """Yields the answer so far, one word longer each time; a real app would call its model here."""
    files = [os.path.basename(file["path"] if isinstance(file, dict) else file) for file in message["files"]]
    words = ["You", "wrote:", message["text"], *(f"[file: {name}]" for name in files)]
    words += [f"{number}," for number in range(1, 30)] + ["30."]
    so_far = ""
    for word in words:
        so_far += word + " "
        time.sleep(0.05)
        yield so_far


chat = gr.ChatInterface(answer, multimodal=True, title="Gradio behind Everyhop")

if __name__ == "__main__":
    # On this machine only: visitors come through Everyhop.
    chat.queue().launch(server_name="127.0.0.1", server_port=int(os.environ.get("PORT", "7860")))
