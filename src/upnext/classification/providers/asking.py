"""A provider with all that stands around it: what the chain asks."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from upnext.classification.predictions import Prediction, TaskText
from upnext.classification.providers.chatting import Chat
from upnext.classification.providers.errors import Asked
from upnext.classification.providers.guarding import Answers, Breaker, Clock, told
from upnext.classification.providers.huggingface import HuggingFace
from upnext.classification.spending import Purse
from upnext.core.config import Settings
from upnext.core.config.classification import ClassificationSettings
from upnext.core.outbound import Outbound
from upnext.core.work import Workshop

log = structlog.get_logger("upnext.classification")
PAUSE = 0.2


class Provider(Protocol):
    name: str
    model: str

    async def ask(self, text: str, labels: Mapping[str, str]) -> Prediction: ...


class Guarded:
    """Asks a provider, within its bounds. Neither texts nor tokens are logged."""

    def __init__(
        self,
        provider: Provider,
        settings: ClassificationSettings,
        purse: Purse | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        """Without a purse it is asked as often as anybody likes."""
        self.name, self._provider = provider.name, provider
        self._retries: int = settings.hf_retries
        self._patience: int = settings.hf_timeout
        self._slots = asyncio.Semaphore(settings.concurrency)
        self.breaker, self.purse = Breaker(clock), purse
        self._answers = Answers()
        # Off for who tells it in words of their own.
        self.logs = True

    async def category(
        self, text: TaskText, labels: Mapping[str, str], seconds: float
    ) -> Prediction | None:
        key = Answers.key(text, labels, self._provider.model)
        if known := self._answers.get(key):
            return known
        try:
            async with asyncio.timeout(seconds), self._slots:
                found = await self._ask(told(text), labels)
        except TimeoutError:
            return None
        if found is not None:
            self._answers.put(key, found)
        return found

    async def _ask(self, text: str, labels: Mapping[str, str]) -> Prediction | None:
        for tries in range(self._retries + 1):
            if self.breaker.open or not await self._paid():
                return None
            try:
                found = await self._once(text, labels)
            except Asked as error:
                self._note(error)
                if error.lasting:
                    return None
                if tries < self._retries:
                    await asyncio.sleep(PAUSE * 2**tries)
            else:
                self.breaker.succeed()
                return found
        return None

    async def _paid(self) -> bool:
        return self.purse is None or await self.purse.take()

    async def _once(self, text: str, labels: Mapping[str, str]) -> Prediction:
        try:
            async with asyncio.timeout(self._patience):
                return await self._provider.ask(text, labels)
        except TimeoutError:
            raise Asked("timeout") from None

    def _note(self, error: Asked) -> None:
        self.breaker.fail(error)
        if self.logs:
            log.warning("classification_provider_failed", provider=self.name, code=error.code)


class InTurn:
    """Asks one after the other until somebody answers, within one deadline."""

    def __init__(self, providers: Sequence[Guarded]) -> None:
        self.providers = tuple(providers)
        self.name = "+".join(each.name for each in providers)

    async def category(
        self, text: TaskText, labels: Mapping[str, str], seconds: float
    ) -> Prediction | None:
        until = time.monotonic() + seconds
        for each in self.providers:
            found = await each.category(text, labels, max(0.0, until - time.monotonic()))
            if found is not None:
                return found
        return None


def provider_of(settings: Settings, outbound: Outbound, workshop: Workshop) -> InTurn | None:
    """Those that are configured; None: none is, and nothing leaves the machine."""
    asked = settings.classification
    found: list[Provider] = []
    if asked.llm_base_url:
        key = asked.llm_key.reveal() if asked.llm_key else None
        found.append(Chat(outbound, asked.llm_base_url, asked.llm_model, key))
    if asked.hf_token:
        token = asked.hf_token.reveal()
        found.append(HuggingFace(outbound, asked.hf_base_url, asked.hf_model, token))
    bounds = {"daily": asked.daily_budget, "monthly": asked.monthly_budget}
    guarded = [Guarded(one, asked, Purse(workshop, one.name, **bounds)) for one in found]
    return InTurn(guarded) if guarded else None
