"""What is said to Riko in a channel or directly, and what it answers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import discord

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.services.servers import Among
from core.showing import ANYBODY
from tests.bot_world import FIRST, SECOND, THIRD, World, card, open_world, options, text
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    import simcord


class Talk:
    """A channel in which one waits long enough between two sentences."""

    def __init__(self, world: World, channel: simcord.ChannelHandle | None = None) -> None:
        self.world = world
        self.channel = channel or world.channel
        self._seen: set[int] = set()

    async def say(
        self, text: str, *, mention: bool = True, who: simcord.MemberActor | None = None
    ) -> list[discord.Message]:
        """Say something in the channel; return what is answered."""
        speaker = who or self.world.aiko
        await self.world.env.advance_time(30)
        self.new()
        user = self.world.bot.user
        assert user is not None
        await speaker.send(self.channel, f"<@{user.id}> {text}" if mention else text)
        return self.new()

    async def tell(self, text: str) -> list[discord.Message]:
        """Say something to Riko directly."""
        await self.world.env.advance_time(30)
        self.channel = self.world.aiko.user.dm_channel
        self.new()
        await self.world.aiko.user.send_dm(text)
        return self.new()

    def new(self) -> list[discord.Message]:
        """Return what Riko has written since the last time."""
        viewer = self.world.aiko if self.channel.guild else self.world.aiko.user
        history = self.channel.history(viewer=viewer)
        found = [message for message in history if message.id not in self._seen]
        self._seen |= {message.id for message in found}
        user = self.world.bot.user
        return [message for message in found if user and message.author.id == user.id]


def one(messages: list[discord.Message]) -> discord.Message:
    (message,) = messages
    return message


def labels(message: discord.Message) -> list[str]:
    return [
        item.label
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if isinstance(item, discord.Button) and item.label is not None
    ]


async def share(world: World) -> None:
    """Let Aiko show her lists to everybody."""
    await world.bot.services.profiles.save(world.aiko.id, private=False)


async def test_no_privileged_intent_is_asked_for(tmp_path: Path):
    async with open_world(tmp_path) as world:
        intents = world.bot.intents
        assert intents.guild_messages
        assert intents.dm_messages
        for privileged in ("message_content", "members", "presences"):
            assert not getattr(intents, privileged)


async def test_a_bare_mention_and_nonsense_get_three_examples(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        hello = one(await talk.say(""))
        assert hello.content.startswith("Hi!")
        assert hello.content.count("•") == 3
        assert hello.reference is not None
        lost = one(await talk.say("how are you"))
        assert lost.content.startswith("I did not quite get that.")
        assert lost.content.count("•") == 3


async def test_the_language_is_that_of_the_sentence_else_of_the_server(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        assert "こんな" in one(await talk.say("元気ですか")).content
        guild = world.env.create_guild("アニメ部", preferred_locale="ja")
        channel = guild.create_text_channel("雑談")
        aiko = guild.add_member(world.aiko.user)
        there = Talk(world, channel)
        world.aiko = aiko
        assert "こんにちは" in one(await there.say("", who=aiko)).content
        assert "did not" in one(await there.say("how are you", who=aiko)).content


async def test_titles_like_another_are_given_to_everybody_without_anything_of_ones_own(
    tmp_path: Path,
):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 8))
        answer = one(await Talk(world).say("something like Tiny 4"))
        (embed,) = answer.embeds
        assert embed.title == "Like Tiny 4"
        rows = (embed.description or "").split("\n")
        assert len([row for row in rows if row.startswith("**")]) == 10
        assert "★" not in str(embed.to_dict())
        assert embed.image.url is not None
        assert labels(answer) == ["Just for me"]


async def test_what_is_rated_is_not_missing_from_the_list_for_everybody(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        before = one(await talk.say("something like Tiny 4")).embeds[0].description
        listed = [int(part.split(")")[0]) for part in (before or "").split("/anime/")[1:]]
        await world.rate(*((anime_id, 9) for anime_id in listed[:3]))
        assert one(await talk.say("something like Tiny 4")).embeds[0].description == before


async def test_ones_own_version_opens_by_a_button_also_after_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 8))
        answer = one(await Talk(world).say("something like Tiny 4 but funny"))
        await world.restart()
        await world.env.advance_time(30)
        mine = card(await world.aiko.click(answer, label="Just for me"))
        assert mine.ephemeral
        assert "★" in (mine.embeds[0].description or "")
        assert "Only: Comedy" in (mine.embeds[0].footer.text or "")
        chosen = options(mine)[0]["value"]
        asked = (await world.aiko.select(mine, [chosen])).response
        assert asked is not None
        await world.aiko.select(asked, ["7"])
        assert (await world.ratings())[int(chosen)] == 7


async def test_nobody_else_presses_the_button(tmp_path: Path):
    async with open_world(tmp_path) as world:
        answer = one(await Talk(world).say("what should I watch"))
        refused = (await world.ben.click(answer, label="Show me")).response
        assert refused is not None
        assert refused.ephemeral
        assert "belong to the person who asked" in refused.content


async def test_ones_own_lists_stay_private_unless_one_chose_otherwise(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 8))
        talk = Talk(world)
        answer = one(await talk.say("what should I watch"))
        assert not answer.embeds
        assert labels(answer) == ["Show me"]
        lists = card(await world.aiko.click(answer, label="Show me"))
        assert lists.ephemeral
        assert [embed.title for embed in lists.embeds] == ["Similar Anime", "Anime You May Like"]
        assert "because you gave" in str([embed.to_dict() for embed in lists.embeds])

        await share(world)
        shown = one(await talk.say("what should I watch"))
        assert [embed.title for embed in shown.embeds] == ["Similar Anime", "Anime You May Like"]
        assert "you gave" not in str([embed.to_dict() for embed in shown.embeds])
        assert "Why?" in labels(shown)
        similar = one(await talk.say("something like Tiny 4"))
        assert "★" not in (similar.embeds[0].description or "")
        assert labels(similar) == ["Just for me"]


async def test_the_button_pressed_twice_answers_twice(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        answer = one(await Talk(world).say("something funny"))
        for _ in range(2):
            assert card(await world.aiko.click(answer, label="Show me")).ephemeral


async def test_the_lists_are_narrowed_by_the_wish(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 8))
        await share(world)
        shown = one(
            await Talk(world).say("something funny and romantic but not a movie before 2010")
        )
        assert "Only: Comedy · Romance · TV · until 2009" in (shown.embeds[-1].footer.text or "")
        catalogue = world.bot.services.titles
        text = str([embed.description for embed in shown.embeds])
        listed = [int(part.split(")")[0]) for part in text.split("/anime/")[1:]]
        assert listed
        for anime_id in listed:
            title = catalogue.get(anime_id, ANYBODY)
            assert {"Comedy", "Romance"} <= set(title.genres)
            assert title.type == "TV"
            assert (title.year or 0) < 2010


async def test_more_of_narrowed_lists_stays_narrowed(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        found = await Talk(world).tell("not romantic")
        more = card(await world.aiko.user.click(one(found), label="More"))
        for embed in (*one(found).embeds, *more.embeds):
            assert "Romance" not in (embed.description or "")
        assert "not Romance" in (more.embeds[-1].footer.text or "")


async def test_what_people_love_is_the_same_for_everybody(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        talk = Talk(world)
        (embed,) = one(await talk.say("top romance")).embeds
        assert embed.title == "What people love"
        assert (embed.description or "").count("★") == 10
        assert "Only: Romance" in (embed.footer.text or "")
        again = one(await talk.say("top romance", who=world.ben)).embeds[0]
        assert again.description == embed.description


async def test_what_people_like_here_is_what_the_servers_members_rated(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        (embed,) = one(await talk.say("what do people like here?")).embeds
        assert embed.title == "Best loved anime"
        assert "It takes 3 more people" in (embed.description or "")
        services = world.bot.services
        for user_id in (9_001, 9_002, 9_003):
            await services.ratings.rate_many(user_id, [(FIRST, 7), (SECOND, 10), (THIRD, 5)])
            await services.top.saw_member(world.guild.id, user_id)
        (embed,) = one(await talk.say("what do people like here?")).embeds
        assert embed.title == "Best loved in this server"
        assert (embed.description or "").count("3 members") == 3
        (embed,) = one(await talk.tell("what do people like here?")).embeds
        assert embed.title == "What people love"


async def test_nothing_that_fits_is_said(tmp_path: Path):
    async with open_world(tmp_path) as world:
        answer = one(await Talk(world).say("top romance from 1911"))
        assert "Nothing fits" in answer.content


async def test_nothing_left_is_said_as_such(tmp_path: Path):
    async with open_world(tmp_path) as world:
        known = [title.anime_id for title in tiny_catalogue().titles]
        await world.bot.services.ratings.rate_many(world.aiko.id, [(i, 7) for i in known])
        talk = Talk(world)
        assert "nothing left that is like **Tiny 4**" in one(await talk.tell("Tiny 4")).content
        assert "Nothing fits" in one(await talk.tell("like Tiny 4 but funny")).content
        said = one(await talk.tell("what should I watch")).content
        assert said == "I have nothing left to recommend here."


async def test_a_title_the_network_lacks_is_said_as_such(tmp_path: Path):
    catalogue = Catalogue([*tiny_catalogue().titles, Title(9001, "Too New")])
    async with open_world(tmp_path, catalogue=catalogue) as world:
        talk = Talk(world)
        for text in ("something like Too New", "something like Too New but funny"):
            assert "my network does not" in one(await talk.say(text)).content


async def test_a_name_nobody_knows_gets_others_that_come_near(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        assert "“Qwertzuiop”" in one(await talk.say("something like Qwertzuiop")).content
        assert "見つかりません" in one(await talk.say("ほげほげほげみたいなアニメ")).content


async def test_direct_messages_are_personal(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        first = one(await talk.tell("what should I watch"))
        assert "I do not know your taste yet" in first.content
        assert first.embeds[0].title == "What people love"
        await world.rate((FIRST, 9), (SECOND, 8), (THIRD, 2))
        lists = one(await talk.tell("what should I watch"))
        assert "because you gave" in str([embed.to_dict() for embed in lists.embeds])
        similar = one(await talk.tell("Tiny 4"))
        assert "★" in (similar.embeds[0].description or "")
        assert f"/anime/{FIRST})" not in (similar.embeds[0].description or "")


async def test_only_what_is_said_to_riko_is_answered(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        assert await talk.say("something like Tiny 4", mention=False) == []
        assert await talk.say("@everyone what should I watch", mention=False) == []
        robot = world.guild.add_member(world.env.create_user("robot", bot=True))
        assert await talk.say("what should I watch", who=robot) == []


async def test_a_reply_is_answered_if_it_is_understood(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        first = one(await talk.say("top romance"))
        await world.env.advance_time(30)
        await world.ben.send(world.channel, "thanks, nice", reply_to=first)
        assert talk.new() == []
        await world.ben.send(world.channel, "something like Tiny 4", reply_to=first)
        assert one(talk.new()).embeds[0].title == "Like Tiny 4"


async def test_replies_that_people_make_to_each_other_are_left_alone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        first = one(await talk.say("top romance"))
        await world.env.advance_time(30)
        for reply in ("haha", "<:lol:123456789012345678>", "you look like a clown", "😂", "me!"):
            await world.ben.send(world.channel, reply, reply_to=first)
            assert talk.new() == [], reply
        assert card(await world.ben.slash(world.channel, "recommend"))
        world.bot.stopping = True
        await world.ben.send(world.channel, "something like Tiny 4", reply_to=first)
        assert talk.new() == []


async def test_understood_replies_count_as_turns(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        first = one(await talk.say("top romance"))
        await world.env.advance_time(30)
        for _ in range(5):
            await world.ben.send(world.channel, "something like Tiny 4", reply_to=first)
        answers = talk.new()
        assert sum(bool(answer.embeds) for answer in answers) == 3
        assert sum("That was quick" in answer.content for answer in answers) == 1


async def test_who_asks_too_often_is_told_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        user = world.bot.user
        assert user is not None
        for _ in range(8):
            await world.aiko.send(world.channel, f"<@{user.id}> top romance")
        answers = talk.new()
        assert sum(bool(answer.embeds) for answer in answers) == 3
        assert sum("That was quick" in answer.content for answer in answers) == 1
        assert len(answers) == 4
        assert one(await talk.say("top romance")).embeds


async def test_a_failure_is_told_in_a_sentence_and_nothing_typed_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_world(tmp_path) as world:
        world.damage("ALTER TABLE ratings RENAME TO ratings_gone")
        answer = one(await Talk(world).say("something like Tiny 4"))
        assert "database" in answer.content
        assert "Tiny 4" not in caplog.text
        assert any(record.levelname == "WARNING" for record in caplog.records)


async def test_the_unforeseen_gets_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async with open_world(tmp_path) as world:
        monkeypatch.delattr(type(world.bot.services.wishes), "understand")
        answer = one(await Talk(world).say("top romance"))
        assert "Something went wrong" in answer.content


async def test_what_fails_behind_the_answer_is_only_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async with open_world(tmp_path) as world:
        monkeypatch.delattr(type(world.bot.services.top), "saw_member")
        assert one(await Talk(world).say("top romance")).embeds
        assert "could not be heard" in caplog.text


async def test_where_lists_may_not_be_sent_a_sentence_is(tmp_path: Path):
    async with open_world(tmp_path) as world:
        world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
        answer = one(await Talk(world).say("top romance"))
        assert "/recommend" in answer.content


async def test_where_nothing_may_be_sent_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_world(tmp_path) as world:
        world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
        assert await Talk(world).say("top romance") == []
        assert "could not be answered" in caplog.text


async def test_mentions_and_markdown_are_never_repeated(tmp_path: Path):
    async with open_world(tmp_path) as world:
        answer = one(await Talk(world).say("something like @everyone **qwertz** <@1>"))
        assert not answer.mention_everyone
        assert answer.mentions == []


async def test_adult_titles_need_a_restricted_channel_and_nobody_under_age(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        profiles = world.bot.services.profiles
        assert "another genre" in one(await talk.say("top hentai")).content
        assert one(await talk.say("something like Tiny 31")).embeds == []
        await world.restrict()
        await profiles.save(world.aiko.id, age=16)
        assert "another genre" in one(await talk.say("top hentai")).content
        await profiles.save(world.aiko.id, age=30)
        shown = one(await talk.say("top hentai")).embeds[0]
        assert "Hentai" in (shown.footer.text or "")
        assert one(await talk.say("something like Tiny 31")).embeds[0].title == "Like Tiny 31"


async def test_who_asked_in_a_server_is_noted_as_its_member(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        world.damage("DELETE FROM members")
        await world.restart()
        await Talk(world).say("top romance")
        with closing(sqlite3.connect(world.settings.data_folder / "riko.db")) as database:
            found = database.execute("SELECT guild_id, user_id FROM members").fetchall()
        assert found == [(world.guild.id, world.aiko.id)]


async def test_while_riko_stops_a_sentence_says_so(tmp_path: Path):
    async with open_world(tmp_path) as world:
        world.bot.stopping = True
        assert "restarting" in one(await Talk(world).say("top romance")).content


async def test_a_hidden_title_is_unknown_by_the_words_that_were_said(tmp_path: Path):
    async with open_world(tmp_path) as world:
        title = world.bot.services.titles.get(104, ANYBODY)
        hidden = Among(frozenset(title.genres), frozenset(title.genres))
        await world.bot.services.servers.change(world.guild.id, hidden_genres=hidden)
        content = one(await Talk(world).say("something like Tiny 4")).content
        assert "Tiny 4" in content
        assert "104" not in content


async def hide(world: World, *genres: str) -> None:
    hidden = Among(frozenset(genres), frozenset(genres))
    await world.bot.services.servers.change(world.guild.id, hidden_genres=hidden)


async def test_names_that_come_near_are_never_hidden_ones(tmp_path: Path):
    async with open_world(tmp_path) as world:
        title, talk = world.bot.services.titles.get(104, ANYBODY), Talk(world)
        mistyped = "something like Tinyy 4 oo"
        assert "Tiny 4" in one(await talk.say(mistyped)).content.replace(mistyped, "")
        await hide(world, *title.genres)
        said = one(await talk.say(mistyped)).content
        known = world.bot.services.titles.find("", ANYBODY, 200)
        hidden = [each for each in known if not set(each.genres).isdisjoint(title.genres)]
        assert title in hidden
        assert not any(f"{each.display}," in said or f"{each.display}?" in said for each in hidden)


async def test_a_hidden_genre_is_not_asked_for(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        assert one(await talk.say("top romance")).embeds
        await hide(world, "Romance")
        for sentence in ("top romance", "top romance here", "romance anime"):
            said = one(await talk.say(sentence))
            assert "nothing of that kind" in said.content
            assert not said.embeds


async def test_what_is_hidden_meanwhile_does_not_open_by_an_old_button(tmp_path: Path):
    async with open_world(tmp_path) as world:
        talk = Talk(world)
        similar = one(await talk.say("something like Tiny 4"))
        romances = one(await talk.say("recommend romance"))
        await hide(world, *world.bot.services.titles.get(104, ANYBODY).genres, "Romance")
        said = text(await world.aiko.click(similar, label="Just for me"))
        assert "104" not in said
        assert "Tiny" not in said
        assert "nothing of that kind" in text(await world.aiko.click(romances, label="Show me"))
