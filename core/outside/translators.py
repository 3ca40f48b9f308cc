"""Machine translation by services that deep-translator knows how to ask; an optional extra.

The library has no time-outs, and its failures may repeat an API key, so both are mended here: a
request that takes too long is left alone on a thread of its own, and no text of the library's
reaches anybody.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import contextlib
import threading
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Protocol, cast
from urllib.parse import urlsplit

from core.errors import (
    BrokenAnswerError,
    InvalidInputError,
    RefusedError,
    RikoError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from deep_translator.base import BaseTranslator

LONGEST_TEXT: Final = 400
"""Characters; some services take no more, and no title's name is longer by half."""
_SECONDS: Final = 30.0
_QUOTA_SPENT: Final = "MYMEMORY WARNING"
"""MyMemory says so in place of a translation, with a status that tells of no failure."""


class Provider(StrEnum):
    """The services to choose from."""

    GOOGLE = "google"
    LIBRE = "libre"
    DEEPL = "deepl"
    MYMEMORY = "mymemory"

    @property
    def host(self) -> str:
        """Where the service is, unless another address is named."""
        match self:
            case Provider.GOOGLE:
                return "translate.google.com"
            case Provider.LIBRE:
                return "libretranslate.com"
            case Provider.DEEPL:
                return "api.deepl.com"
            case Provider.MYMEMORY:
                return "api.mymemory.translated.net"


class Translator(Protocol):
    """Translates one name into English."""

    name: str
    """Who translates."""

    async def translate(self, text: str, *, japanese: bool) -> str | None:
        """Return `text` in English, or `None` where the service has no translation.

        `japanese` is whether it is written in Japanese. Raises `UnreachableError`, `RefusedError`
        or `BrokenAnswerError`.
        """
        ...


class DeepTranslator:
    """A `Translator` by way of deep-translator.

    `address` is that of a LibreTranslate server, `key` the API key where the service wants one.
    Raises `RikoError` where the library is not installed or the service needs something else.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        address: str | None = None,
        key: str | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        if find_spec("deep_translator") is None:
            raise RikoError(
                "Translating needs deep-translator; install it in Riko's folder with: "
                "pip install --editable '.[translate]'"
            )
        if address is not None and provider is not Provider.LIBRE:
            raise InvalidInputError(f"Only {Provider.LIBRE} may have an address of its own.")
        if address is not None and urlsplit(address).scheme not in {"http", "https"}:
            raise InvalidInputError(f"{address} is no http or https address.")
        if key is None and provider is Provider.DEEPL:
            raise InvalidInputError(f"{provider} needs an API key in RIKO_TRANSLATE_KEY.")
        self.name = str(provider)
        self._provider = provider
        self._address = address
        self._key = key
        self._seconds = seconds
        self._host = (urlsplit(address).hostname if address else None) or provider.host

    async def translate(self, text: str, *, japanese: bool) -> str | None:
        """See `Translator`."""
        translator = self._made(japanese=japanese)
        try:
            async with asyncio.timeout(self._seconds):
                return await _on_a_thread(lambda: self._ask(translator, text))
        except TimeoutError:
            raise UnreachableError(self._host, "it took too long to answer") from None

    def _made(self, *, japanese: bool) -> BaseTranslator:
        import deep_translator as library

        source = "ja" if japanese else "auto"
        match self._provider:
            case Provider.GOOGLE:
                return library.GoogleTranslator(source=source, target="en")
            case Provider.LIBRE:
                return library.LibreTranslator(
                    source=source,
                    target="en",
                    # the library wants one, a server that needs none passes it over
                    api_key=self._key or "none",
                    use_free_api=False,
                    custom_url=f"{self._address.rstrip('/')}/" if self._address else None,
                )
            case Provider.DEEPL:
                # DeepL and MyMemory cannot guess: there, Latin letters are Japanese as well
                key = self._key or ""
                return library.DeeplTranslator(
                    source="ja", target="en", api_key=key, use_free_api=key.endswith(":fx")
                )
            case Provider.MYMEMORY:
                return library.MyMemoryTranslator(source="ja-JP", target="en-US")

    def _ask(self, translator: BaseTranslator, text: str) -> str | None:
        import requests
        from deep_translator import exceptions as known

        try:
            found = cast("object", translator.translate(text[:LONGEST_TEXT]))
        except known.TranslationNotFound as error:
            if self._provider is Provider.GOOGLE:
                # Google has one for everything; it shows a page that asks for consent instead
                raise BrokenAnswerError(self._host, type(error).__name__) from None
            return None
        except (known.NotValidLength, known.NotValidPayload):
            return None
        except known.TooManyRequests:
            raise RefusedError(self._host, 429, again=True) from None
        except known.AuthorizationException:
            raise RefusedError(self._host, 403) from None
        except (known.RequestError, known.ServerException):
            raise UnreachableError(self._host, "it does not do its work") from None
        except requests.RequestException as error:
            # a ValueError too if it is no JSON that came
            if isinstance(error, ValueError):
                raise BrokenAnswerError(self._host, "it is no JSON") from None
            raise UnreachableError(self._host, type(error).__name__) from None
        except (ValueError, LookupError, AttributeError, TypeError, StopIteration) as error:
            # whatever the library trips over in an answer of another form
            raise BrokenAnswerError(self._host, type(error).__name__) from None
        if not isinstance(found, str) or not found.strip():
            return None
        if found.startswith(_QUOTA_SPENT):
            raise RefusedError(self._host, 429)
        return found


async def _on_a_thread(call: Callable[[], str | None]) -> str | None:
    """Return what `call` does on a thread that nobody waits for when the program ends."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str | None] = loop.create_future()

    def settle(value: str | None, error: BaseException | None) -> None:
        if answer.cancelled():
            return
        if error is None:
            answer.set_result(value)
        else:
            answer.set_exception(error)

    def run() -> None:
        value, error = None, None
        try:
            value = call()
        except Exception as failure:  # noqa: BLE001 - it is raised where it is waited for
            error = failure
        # the loop may be gone by the time a slow service answers
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name="translation", daemon=True).start()
    return await answer
