// Made by `npm run docs` from the files of this folder.
import anythingllm from './anythingllm.ts';
import dify from './dify.ts';
import gradio from './gradio.ts';
import h2ogpt from './h2ogpt.ts';
import langchainChatchat from './langchain-chatchat.ts';
import librechat from './librechat.ts';
import litellm from './litellm.ts';
import llamaDeploy from './llama-deploy.ts';
import lobechat from './lobechat.ts';
import nextchat from './nextchat.ts';
import ollama from './ollama.ts';
import openWebui from './open-webui.ts';
import streamlit from './streamlit.ts';
import tgi from './tgi.ts';
import vllm from './vllm.ts';

export const entries = [
  anythingllm,
  dify,
  gradio,
  h2ogpt,
  langchainChatchat,
  librechat,
  litellm,
  llamaDeploy,
  lobechat,
  nextchat,
  ollama,
  openWebui,
  streamlit,
  tgi,
  vllm,
];
