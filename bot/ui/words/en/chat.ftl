# What narrows lists in sentences only.
filter-without = not { $genre }
filter-episodes = at most { $count } episodes

chat-hello = Hi! Tell me what you feel like, for example:
chat-not-understood = I did not quite get that. Try it like this:
chat-examples =
    • something like Mushishi but funny
    • a sad movie from the 2010s
    • what should I watch
chat-like = Like { $titles }
chat-like-nothing = I know { $titles }, but my network does not, so I cannot say what is like it.
chat-no-title = I know no anime called { $query }. Is the name spelt right?
chat-no-title-but = I know no anime called { $query }. Did you mean { $names }?
chat-top = What people love
chat-nothing = Nothing fits all of that. Ask for a little less, and I will look again.
chat-like-none-left = I have nothing left that is like { $titles }.
chat-none-left = I have nothing left to recommend here.
chat-unrated = I do not know your taste yet, so this is what people love. Rate { $count } titles with `/{ command-rate }`, and I will pick for you.
chat-private = What I would pick for you is for your eyes only.
chat-show-me = Show me
chat-just-for-me = Just for me
chat-adult = I have nothing of that kind to show here; try another genre.
chat-not-allowed = I am not allowed to post pictures and lists in this channel; `/{ command-recommend }` works here all the same.
chat-stars = ★ is the rating Riko thinks you would give.

both-like = What you and { $name } would both like
both-like-help = Best for both of you first. Neither sees what the other has rated or would give.
both-like-narrow = Too few titles are left that you do not know yet: so short a list would give away what the other person knows.
both-like-none = I found nothing that neither of you knows yet.
both-yourself = That is you! `/{ command-recommend }` shows what you would like; pick somebody else to find something for two.
both-bot = Bots do not watch anime, as far as I know. Pick a person.

named-here = Anime in this message
named-none = I found no anime in this message. `/{ command-search }` looks a title up.
named-rate = Which one do you want to rate?
