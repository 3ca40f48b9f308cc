"""Every setting of the bot in one typed class, read once in `main` and handed down."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

import core.starter
from core.errors import RikoError, shorten
from core.services.locations import ANILIST, JIKAN, Locations

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DATABASE: Final = "riko.db"
"""The database in the data folder, unless another is named."""

HOW_TO_START: Final = (
    "Riko needs a token to join Discord: create an application at "
    "https://discord.com/developers/applications, open Bot, press Reset Token and put the result "
    "into .env as DISCORD_TOKEN=…; to try Riko without a token, run: riko play"
)


class SettingsError(RikoError):
    """A setting is missing or wrong; the text names it and says what it may be."""


# The members of core.inference.device.DeviceChoice, which cannot be imported without torch.
Device = Literal["auto", "cpu", "cuda", "mps"]
Crawl = Literal["off", "nightly"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def _in_any_case(words: tuple[str, ...], value: object) -> object:
    """Return the word of `words` that `value` is but for capitals and spaces, else `value`."""
    folded = str(value).strip().casefold()
    return next((word for word in words if word.casefold() == folded), value)


# What each variable may hold, for the sentence about a wrong value. The token is never repeated.
_MAY_BE: Final = {
    "DISCORD_TOKEN": "the token of your application's bot",
    "RIKO_HOME": "a folder",
    "RIKO_DATABASE_URL": "an address such as sqlite+aiosqlite:////srv/riko/riko.db",
    "RIKO_BUNDLE": "the folder of a bundle",
    "RIKO_CATALOGUE": "a catalogue file",
    "RIKO_DEVICE": "auto, cpu, cuda or mps",
    "RIKO_DEV_GUILD": "the id of a server, digits only",
    "RIKO_ANILIST": f"an address such as {ANILIST}",
    "RIKO_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "RIKO_CRAWL": "off or nightly",
    "RIKO_JIKAN": "an address such as https://api.jikan.moe/v4",
}


class Settings(BaseSettings):
    """The environment variables of `.env.example`, with their defaults.

    An empty variable counts as not set, so that a copied `.env.example` works as it is.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        # fields can be set by name, and so by a variable of that name: without it, by HOME or TOKEN
        env_prefix="RIKO_",
    )

    token: SecretStr | None = Field(None, validation_alias="DISCORD_TOKEN")
    home: Path = Field(
        default_factory=lambda: user_data_path("riko", appauthor=False),
        validation_alias="RIKO_HOME",
    )
    database_url: str | None = Field(None, validation_alias="RIKO_DATABASE_URL")
    bundle: Path = Field(core.starter.BUNDLE, validation_alias="RIKO_BUNDLE")
    catalogue: Path | None = Field(None, validation_alias="RIKO_CATALOGUE")
    device: Annotated[Device, BeforeValidator(partial(_in_any_case, get_args(Device)))] = Field(
        "auto", validation_alias="RIKO_DEVICE"
    )
    dev_guild: int | None = Field(None, ge=1, lt=1 << 64, validation_alias="RIKO_DEV_GUILD")
    anilist: str = Field(ANILIST, pattern=r"^https?://[^\s/]+", validation_alias="RIKO_ANILIST")
    log_level: Annotated[LogLevel, BeforeValidator(partial(_in_any_case, get_args(LogLevel)))] = (
        Field("INFO", validation_alias="RIKO_LOG_LEVEL")
    )
    crawl: Annotated[Crawl, BeforeValidator(partial(_in_any_case, get_args(Crawl)))] = Field(
        "off", validation_alias="RIKO_CRAWL"
    )
    jikan: str = Field(JIKAN, validation_alias="RIKO_JIKAN", pattern=r"^https?://[^\s/]+")

    @classmethod
    def load(cls) -> Settings:
        """Read the environment and `.env` of the working directory. Raises `SettingsError`."""
        try:
            return cls()  # pyright: ignore[reportCallIssue]  # every field has a default
        except ValidationError as error:
            raise SettingsError(" ".join(map(_sentence, error.errors()))) from None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"The file .env cannot be read: {error}.") from None

    def discord_token(self) -> str:
        """Return the token, for Discord's eyes only. Raises `SettingsError` if there is none."""
        if self.token is None:
            raise SettingsError(HOW_TO_START)
        return self.token.get_secret_value()

    @property
    def data_folder(self) -> Path:
        """`home` as an absolute path, with `~` resolved."""
        return self.home.expanduser().absolute()

    def locations(self) -> Locations:
        """Return where the services find their files."""
        home = self.data_folder
        return Locations(
            home=home,
            database_url=self.database_url or home / DATABASE,
            bundle=self.bundle.expanduser(),
            catalogue=self.catalogue.expanduser() if self.catalogue else None,
            device=self.device,
            anilist=self.anilist,
            jikan=self.jikan,
            crawls=self.crawl == "nightly",
        )


def _sentence(error: ErrorDetails) -> str:
    name = str(error["loc"][0]) if error["loc"] else "A setting"
    value = "set wrongly" if name == "DISCORD_TOKEN" else shorten(error["input"])
    return f"{name} is {value}; it must be {_MAY_BE.get(name, 'something else')}."
