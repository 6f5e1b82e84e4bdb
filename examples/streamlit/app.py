"""A Streamlit chat that streams its answers and accepts files: streamlit run app.py"""

import time

import streamlit as st


def answer(text):
    """Yields the answer word by word; a real app would call its model here."""
    for word in ["You", "wrote:", text, *(f"{number}," for number in range(1, 30)), "30."]:
        time.sleep(0.05)
        yield word + " "


st.title("Streamlit behind Everyhop")

file = st.file_uploader("A text to count")
if file is not None:
    st.write(f"{file.name}: {len(file.getvalue())} bytes")

for role, text in st.session_state.setdefault("history", []):
    st.chat_message(role).write(text)

if question := st.chat_input("Type a message"):
    st.chat_message("user").write(question)
    with st.chat_message("assistant"):
        reply = st.write_stream(answer(question))
    st.session_state.history += [("user", question), ("assistant", reply)]
