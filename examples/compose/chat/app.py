"""A Gradio chat that asks a model over HTTPS and streams its answers: python app.py"""

import os

import gradio as gr
import openai

model = openai.OpenAI(base_url=os.environ["MODEL_URL"], api_key=os.environ.get("MODEL_KEY", "none"))


def answer(message, _history):
    """Yields the answer so far, one token longer each time."""
    so_far = ""
    messages = [{"role": "user", "content": message}]
    for part in model.chat.completions.create(model="stub", messages=messages, stream=True):
        so_far += part.choices[0].delta.content or ""
        yield so_far


chat = gr.ChatInterface(answer, title="A chat whose every hop is verified")

if __name__ == "__main__":
    # Reachable by Everyhop alone: nothing publishes this port.
    chat.queue().launch(server_name="0.0.0.0", server_port=7860)
