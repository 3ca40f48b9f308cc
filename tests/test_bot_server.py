"""`/server settings`: the panel, who may use it, and what each setting does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord

from bot.interactions import server_settings
from bot.switches import ALWAYS_ON, switchable
from core.services.servers import NOT_SET, UNREADABLE, Among, ServerSettings
from core.showing import ANYBODY, DIRECT_MESSAGES
from tests.bot_world import FIRST, FOURTH, SECOND, World, card, open_world, text
from tests.tiny import ADULT_IDS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from simcord.results import ResponseMessage

NO_EMBEDS = discord.PermissionOverwrite(embed_links=False)


@asynccontextmanager
async def managed_world(folder: Path) -> AsyncGenerator[World]:
    """A server that Aiko may manage, and Ben may not."""
    async with open_world(folder) as world:
        await world.let_manage(world.aiko)
        yield world


def items(message: ResponseMessage) -> dict[str, dict[str, Any]]:
    """Return the buttons and menus of a message, by the end of their custom ids."""
    found = [item for row in message.components for item in row["components"]]
    return {item["custom_id"].rsplit(":", 1)[-1]: item for item in found}


def said(message: ResponseMessage) -> str:
    (embed,) = message.embeds
    return embed.description or ""


async def settings(world: World) -> ServerSettings:
    return await world.bot.services.servers.settings(world.guild.id)


async def change(world: World, **values: Any) -> None:
    await world.bot.services.servers.change(world.guild.id, **values)


async def panel(world: World, part: str | None = None) -> ResponseMessage:
    shown = card(await world.aiko.slash(world.channel, "server settings"))
    assert shown.ephemeral
    if part is not None:
        shown = card(await world.aiko.click(shown, custom_id=items(shown)[part]["custom_id"]))
    return shown


async def choose(
    world: World, shown: ResponseMessage, menu: str, *values: Any
) -> simcord.InteractionResult:
    if menu == "digest":
        found = next(item for item in items(shown).values() if item["type"] == 8)
        return await world.aiko.select(shown, values, custom_id=found["custom_id"])
    return await world.aiko.select(shown, values, custom_id=items(shown)[menu]["custom_id"])


def hide(*genres: str) -> Among:
    return Among(frozenset(genres), frozenset(genres))


async def test_nothing_is_set_at_first_and_each_choice_is_saved_and_shown(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        shown = await panel(world)
        assert await settings(world) == NOT_SET
        assert "only they see them" in said(shown)
        shown = card(await choose(world, shown, "private", "public"))
        assert "everybody sees them" in said(shown)
        shown = card(await choose(world, shown, "language", "ja"))
        shown = card(await choose(world, shown, "adult", "never"))
        shown = card(await world.aiko.click(shown, label="Lists"))
        shown = card(await choose(world, shown, "votes", "10"))
        shown = card(await choose(world, shown, "genres1", "Horror", "Ecchi"))
        shown = card(await choose(world, shown, "genres2", "Yaoi"))
        shown = card(await world.aiko.click(shown, label="Digest and commands"))
        shown = card(await choose(world, shown, "commands", "history", "What we both like"))
        shown = card(await choose(world, shown, "digest", world.channel))
        assert await settings(world) == ServerSettings(
            private=False,
            language="ja",
            adult=False,
            least_votes=10,
            hidden_genres=frozenset({"Horror", "Ecchi", "Yaoi"}),
            commands_off=frozenset({"history", "What we both like"}),
            digest_channel_id=world.channel.id,
        )
        for words in (
            "日本語",
            "never",
            "10 or more",
            "Ecchi, Horror, Yaoi",
            "/history",
            "Mondays",
        ):
            assert words in said(shown)
        await world.restart()
        shown = card(await choose(world, shown, "commands"))
        assert (await settings(world)).commands_off == frozenset()
        shown = card(await choose(world, shown, "digest"))
        assert (await settings(world)).digest_channel_id is None


async def test_back_to_the_defaults_asks_first(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await change(world, private=False, least_votes=9)
        asked = card(await world.aiko.click(await panel(world), label="Back to the defaults"))
        assert "Forget everything" in asked.content
        kept = card(await world.aiko.click(asked, label="No, keep it"))
        assert (await settings(world)).least_votes == 9
        asked = card(await world.aiko.click(kept, label="Back to the defaults"))
        done = card(await world.aiko.click(asked, label="Yes, forget it"))
        assert "as it was at the beginning" in done.content
        assert await settings(world) == NOT_SET


async def test_only_who_may_manage_the_server_may_use_it(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        with pytest.raises(simcord.SetupError):
            await world.ben.slash(world.channel, "server settings")
        # other programs send what Discord does not offer
        assert "may manage this server" in text(
            await world.send_anything(world.ben, "server settings")
        )
        shown = await panel(world)
        await world.let_manage(world.aiko, may=False)
        assert "may manage this server" in text(await choose(world, shown, "private", "public"))
        assert "may manage this server" in text(
            await world.aiko.click(shown, label="Back to the defaults")
        )
        assert await settings(world) == NOT_SET


async def test_a_channel_where_the_digest_cannot_be_posted_is_not_taken(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await change(world, digest_channel_id=world.channel.id)
        me = world.guild.me
        assert me is not None
        closed = world.guild.create_text_channel("closed", overwrites={me: NO_EMBEDS})
        shown = card(await choose(world, await panel(world, "digest"), "digest", closed))
        assert "Embed Links" in shown.content
        assert f"<#{closed.id}>" in shown.content
        assert (await settings(world)).digest_channel_id == world.channel.id


async def test_a_digest_channel_that_was_deleted_is_not_chosen_in_the_menu(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        other = world.guild.create_text_channel("digest")
        await change(world, digest_channel_id=other.id)
        for chosen in ([other.id], []):
            menus = items(await panel(world, "digest")).values()
            (menu,) = [item for item in menus if item["type"] == 8]
            assert [int(each["id"]) for each in menu.get("default_values", [])] == chosen
            channel = world.bot.get_channel(other.id)
            if isinstance(channel, discord.TextChannel):
                await channel.delete()
                await world.env.settle()


async def test_adult_genres_are_offered_only_where_they_may_be_named(tmp_path: Path):
    async with managed_world(tmp_path) as world:

        def offered(shown: ResponseMessage) -> set[str]:
            return {
                option["value"]
                for menu in ("genres1", "genres2")
                for option in items(shown)[menu]["options"]
            }

        plain = offered(await panel(world, "lists"))
        await world.restrict()
        shown = await panel(world, "lists")
        assert "Hentai" in offered(shown) - plain
        assert len(offered(shown)) == 43
        await choose(world, shown, "genres1", "Hentai", "Action")
        await world.restrict(restricted=False)
        shown = await panel(world, "lists")
        assert "Hentai" not in said(shown)
        await choose(world, shown, "genres1", "Cars")
        assert (await settings(world)).hidden_genres == {"Hentai", "Cars"}


async def test_a_command_that_is_off_says_who_can_switch_it_on(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        before = card(await world.aiko.slash(world.channel, "search", title=str(SECOND)))
        names = switchable(world.bot.tree)
        # more do not fit into the menu that switches them
        assert len(names) <= 25
        assert not ALWAYS_ON & set(names)
        assert {"recommend", "What we both like"} <= set(names)
        everything = frozenset(names)
        await change(world, commands_off=Among(everything, everything))
        for command, options in (
            ("recommend", {}),
            ("search", {"title": str(SECOND)}),
            ("history", {}),
        ):
            off = text(await world.ben.slash(world.channel, command, **options))
            assert f"/{command} is switched off" in off
            assert "/server settings" in off
        menu = await world.ben.context_menu(world.channel, "What we both like", world.aiko)
        assert "What we both like is switched off" in text(menu)
        assert await world.ben.autocomplete(world.channel, "search", "title", "tiny") == []
        # what is always on, and the buttons of messages that stand there already
        card(await world.aiko.slash(world.channel, "profile view"))
        card(await world.aiko.slash(world.channel, "server settings"))
        await world.aiko.slash(world.channel, "privacy show")
        card(await world.aiko.click(before, label="More like this"))
        # elsewhere it is on
        card(await world.ben.user.slash("recommend"))


async def test_chat_answers_no_wish_whose_command_is_off(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await change(world, commands_off=hide("top"))
        user = world.bot.user
        assert user is not None
        await world.ben.send(world.channel, f"<@{user.id}> top romance")
        last = world.channel.last_message
        assert last is not None
        assert "/top is switched off" in last.content
        await world.ben.send(world.channel, f"<@{user.id}> something like Tiny 2")
        last = world.channel.last_message
        assert last is not None
        assert last.embeds


async def test_answers_are_as_the_server_has_them_until_a_person_chooses(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await change(world, private=False)
        assert not card(await world.aiko.slash(world.channel, "top")).ephemeral
        assert card(await world.aiko.slash(world.channel, "top", private=True)).ephemeral
        assert card(await world.aiko.slash(world.channel, "top")).ephemeral
        assert not card(await world.ben.slash(world.channel, "top")).ephemeral
        await world.ben.slash(world.channel, "profile set", private=True)
        assert card(await world.ben.slash(world.channel, "top")).ephemeral


async def test_a_choice_that_cannot_be_read_makes_nothing_public(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await change(world, private=False)
        await world.aiko.slash(world.channel, "profile set", private=True)
        world.bot.services.profiles.forget(world.aiko.id)
        world.damage("DROP TABLE users")
        result = await world.aiko.slash(world.channel, "top")
        assert all(
            message.ephemeral
            for message in (*([result.response] if result.response else []), *result.followups)
        )


async def test_what_everybody_sees_is_in_the_language_of_the_server(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await change(world, language="ja")
        public = card(await world.aiko.slash(world.channel, "top", private=False))
        assert public.embeds[0].title == "みんなに好かれているアニメ"
        private = card(await world.aiko.slash(world.channel, "top", private=True))
        assert private.embeds[0].title == "Best loved anime"
        found = card(await world.ben.slash(world.channel, "search", title="tiny", private=False))
        (label,) = {item["label"] for item in items(found).values() if "次" in item["label"]}
        turned = card(await world.ben.click(found, label=label))
        assert label in {item["label"] for item in items(turned).values()}
        user = world.bot.user
        assert user is not None
        await world.ben.send(world.channel, f"<@{user.id}> top romance")
        last = world.channel.last_message
        assert last is not None
        assert last.embeds[0].title == "みんなが好きな作品"


async def test_hidden_genres_are_nowhere(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        titles = world.bot.services.titles
        genre = titles.get(FOURTH, ANYBODY).genres[-1]
        await change(world, hidden_genres=hide(genre))

        def hidden(shown: str) -> list[int]:
            return [
                each.anime_id
                for each in titles.find("", ANYBODY, 200)
                if genre in each.genres and f"/anime/{each.anime_id})" in shown
            ]

        assert hidden(f"/anime/{FOURTH})") == [FOURTH]
        choices = await world.aiko.autocomplete(world.channel, "search", "title", "tiny")
        assert choices
        for choice in choices:
            assert genre not in titles.get(int(choice["value"]), ANYBODY).genres
        genres = await world.aiko.autocomplete(world.channel, "top", "genre", genre)
        assert genre not in {choice["value"] for choice in genres}
        assert "No anime" in text(
            await world.aiko.slash(world.channel, "search", title=str(FOURTH))
        )
        assert "No anime" in text(
            await world.aiko.slash(world.channel, "similar", title=str(FOURTH))
        )
        assert "no genre" in text(await world.aiko.slash(world.channel, "top", genre=genre))
        shown = [card(await world.aiko.slash(world.channel, "top"))]
        shown.append(card(await world.aiko.slash(world.channel, "recommend")))
        # rating is each person's own
        await world.rate((FOURTH, 9), (SECOND, 8))
        assert (await world.ratings())[FOURTH] == 9
        shown.append(card(await world.aiko.slash(world.channel, "recommend")))
        other = next(
            each
            for each in titles.find("", ANYBODY, 200)
            if genre not in each.genres and not each.adult
        )
        found = await world.aiko.slash(world.channel, "similar", title=str(other.anime_id))
        shown.append(card(found))
        for message in shown:
            embeds = str([embed.to_dict() for embed in message.embeds])
            assert "/anime/" in embeds
            assert hidden(embeds) == []
        # and taken back again, by name
        await world.aiko.slash(world.channel, "unrate", title=str(FOURTH))
        assert FOURTH not in await world.ratings()
        # elsewhere they are shown
        assert card(await world.aiko.user.slash("search", title=str(FOURTH))).embeds


async def test_what_is_hidden_meanwhile_is_not_named_by_old_cards(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        services, user_id = world.bot.services, world.aiko.id
        title = services.titles.get(FOURTH, ANYBODY)
        shown = card(await world.aiko.slash(world.channel, "search", title=str(FOURTH)))
        await change(world, hidden_genres=hide(*title.genres))
        for label in ("Not for me", "Rate"):
            said = text(await world.aiko.click(shown, label=label))
            assert "not be shown here" in said
            assert title.display not in said
        assert await services.dismissals.of(user_id, DIRECT_MESSAGES) == ()
        # what a person rated is theirs wherever they are
        await world.rate((FOURTH, 9))
        assert title.display in text(await world.aiko.click(shown, label="Rate"))


async def test_a_mistyped_name_suggests_nothing_hidden(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        titles = world.bot.services.titles
        title = titles.get(FOURTH, ANYBODY)
        for mistyped in (f"{title.display}z qq", f"{title.display}z qq 9"):
            said = text(await world.aiko.slash(world.channel, "rate", title=mistyped))
            assert f"{title.display}," in said or f"{title.display}?" in said
        await change(world, hidden_genres=hide(*title.genres))
        hidden = [
            each
            for each in titles.find("", ANYBODY, 200)
            if not set(title.genres).isdisjoint(each.genres)
        ]
        for mistyped in (f"{title.display}z qq", f"{title.display}z qq 9"):
            said = text(await world.aiko.slash(world.channel, "rate", title=mistyped))
            assert not any(
                f"{each.display}," in said or f"{each.display}?" in said for each in hidden
            )


async def test_the_kind_of_a_title_names_no_hidden_genre(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        services = world.bot.services
        for title in services.titles.find("", ANYBODY, 200):
            similar = await services.recommendations.similar_to(
                title.anime_id, DIRECT_MESSAGES, user_id=world.aiko.id
            )
            others = set(similar.kind.genres if similar.kind else ()) - set(title.genres)
            if others:
                break
        else:
            pytest.fail("every kind is of its titles' own genres")
        genre = others.pop()
        shown = card(await world.aiko.slash(world.channel, "similar", title=str(title.anime_id)))
        assert genre in str([embed.to_dict() for embed in shown.embeds])
        await change(world, hidden_genres=hide(genre))
        shown = card(await world.aiko.slash(world.channel, "similar", title=str(title.anime_id)))
        assert genre not in str([embed.to_dict() for embed in shown.embeds])


async def test_without_adult_titles_an_age_restricted_channel_is_like_any_other(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await world.restrict()
        some = str(min(ADULT_IDS))
        card(await world.aiko.slash(world.channel, "search", title=some))
        await change(world, adult=False)
        assert "No anime" in text(await world.aiko.slash(world.channel, "search", title=some))
        assert "no genre" in text(await world.aiko.slash(world.channel, "top", genre="Hentai"))


async def test_two_people_who_change_different_settings_lose_nothing(tmp_path: Path):
    async with managed_world(tmp_path) as world:
        await asyncio.gather(
            change(world, private=False),
            change(world, language="ja"),
            change(world, hidden_genres=hide("Horror")),
            change(world, hidden_genres=hide("Yaoi")),
            change(world, commands_off=hide("history")),
            change(world, least_votes=7),
        )
        assert await settings(world) == ServerSettings(
            private=False,
            language="ja",
            hidden_genres=frozenset({"Horror", "Yaoi"}),
            commands_off=frozenset({"history"}),
            least_votes=7,
        )


async def test_what_was_set_stays_so_while_it_cannot_be_read(tmp_path: Path):
    async with open_world(tmp_path) as world:
        services, guild_id = world.bot.services, world.guild.id
        hidden = Among(frozenset({"Horror"}), frozenset({"Horror"}))
        changed = await services.servers.change(guild_id, hidden_genres=hidden)
        services.servers.forget(guild_id)
        world.damage("ALTER TABLE servers RENAME TO elsewhere")
        assert await server_settings(services, guild_id) == changed
        assert await server_settings(services, guild_id + 1) == UNREADABLE
