"""The settings of classification: a branch of the tree."""

# No postponed annotations here either: `declare.specs` reads the marks in them.
from dataclasses import dataclass
from typing import Annotated, Literal

from upnext.core.config import values
from upnext.core.config.declare import Setting
from upnext.core.config.secret import Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassificationSettings:
    """How category, priority and duration are derived. Unless a provider is named here, no text of
    a task leaves this machine."""

    mode: Annotated[
        Literal["async", "sync", "off"],
        Setting(
            "TASK_CLASSIFICATION_MODE",
            values.choice("async", "sync", "off"),
            "When what a new task leaves out is derived: a moment later by a job, before the task "
            "is written, or never.",
        ),
    ] = "async"
    threshold: Annotated[
        int,
        Setting(
            "UPNEXT_AI_THRESHOLD",
            values.whole_number(0, 100),
            "Per cent of confidence from which a category is written; below it is suggested.",
        ),
    ] = 50
    gather_seconds: Annotated[
        int,
        Setting(
            "UPNEXT_AI_GATHER_SECONDS",
            values.whole_number(0, 60),
            "Tasks of a workspace that come within so many seconds of each other are classified "
            "together, at the end of these; 0: each at once.",
        ),
    ] = 1
    daily_budget: Annotated[
        int,
        Setting(
            "UPNEXT_AI_DAILY_BUDGET",
            values.whole_number(0, 1_000_000),
            "Questions to a remote provider in a day (UTC) at most, by all processes together.",
        ),
    ] = 2_000
    monthly_budget: Annotated[
        int,
        Setting(
            "UPNEXT_AI_MONTHLY_BUDGET",
            values.whole_number(0, 10_000_000),
            "The same in a calendar month; 0: as many as the days allow.",
        ),
    ] = 0
    concurrency: Annotated[
        int,
        Setting(
            "UPNEXT_AI_CONCURRENCY",
            values.whole_number(1, 64),
            "Requests to a remote provider that each process has under way at most.",
        ),
    ] = 4
    hf_token: Annotated[
        Secret | None,
        Setting(
            "HUGGINGFACEHUB_API_TOKEN",
            values.secret_line,
            "Ask Hugging Face for the category. Titles and descriptions go there, redacted.",
        ),
    ] = None
    hf_model: Annotated[str, Setting("HF_MODEL_ID", values.word, "The zero-shot model to ask.")] = (
        "MoritzLaurer/mDeBERTa-v3-base-mnli-xnli"
    )
    hf_base_url: Annotated[
        str,
        Setting(
            "HF_BASE_URL",
            values.word,
            "Where it is asked; a private host has to be in UPNEXT_OUTBOUND_ALLOW, too.",
            example="https://hf.example.lan",
        ),
    ] = "https://router.huggingface.co"
    hf_timeout: Annotated[
        int,
        Setting("HF_TIMEOUT_SECONDS", values.whole_number(1, 60), "Seconds for one answer."),
    ] = 10
    hf_retries: Annotated[
        int,
        Setting(
            "HF_MAX_RETRIES",
            values.whole_number(0, 10),
            "How often a request is repeated that failed for a passing reason.",
        ),
    ] = 2
    llm_base_url: Annotated[
        str | None,
        Setting(
            "UPNEXT_AI_BASE_URL",
            values.word,
            "An endpoint that speaks OpenAI's chat completions (OpenAI, Ollama, vLLM, llama.cpp): "
            "it is asked before Hugging Face, if both are set. A private host has to be in "
            "UPNEXT_OUTBOUND_ALLOW, too.",
            example="http://127.0.0.1:11434/v1",
        ),
    ] = None
    llm_model: Annotated[
        str,
        Setting("UPNEXT_AI_MODEL", values.word, "The model to ask there.", example="llama3.2"),
    ] = "gpt-5-mini"
    llm_key: Annotated[
        Secret | None,
        Setting("UPNEXT_AI_API_KEY", values.secret_line, "The key for it, if it wants one."),
    ] = None
