# `/server settings`: what the people who run a server decide there.
server-help = How Riko behaves in this server
server-settings-help = See and change how Riko behaves in this server (only you see it)
server-command-off = { $command } is switched off in this server. Somebody who may manage the server can switch it on with `/{ command-server } { command-server-settings }`.
server-not-allowed = Only people who may manage this server can change how Riko behaves here. Ask one of them.
server-only-here = That can be set only in a server that Riko is a member of.

server-title = Riko in this server
server-intro = Riko works well without any of this; change only what you want different.
server-fact = **{ $name }:** { $value }
server-none = none

server-part-answers = Answers
server-part-lists = Lists
server-part-digest = Digest and commands

server-private = New people's answers
server-private-private = only they see them
server-private-public = everybody sees them

server-language = Language in public
server-language-own = each person's own
server-language-en = English
server-language-ja = 日本語 (Japanese)

server-adult = Adult titles
server-adult-allow = only in age-restricted channels
server-adult-never = never

server-votes = Votes a title needs in the lists
server-votes-least = { $count } or more

server-genres = Genres never shown
server-genres-help = Genres never shown: { $first } to { $last }

server-commands = Commands that are off
server-commands-help = Commands that are off

server-digest = Weekly digest
server-digest-help = Channel of the weekly digest
server-digest-where = { $channel }, on Mondays
server-digest-channel-gone = stopped, because its channel is gone. Choose another one.
server-digest-not-allowed = stopped, because I may not post pictures and lists there any more. Allow it, then choose the channel again.
server-digest-lacks = I cannot post the digest in { $channel }: I lack the permission “{ $permission }” there. Nothing was changed.

permission-view-channel = View Channel
permission-send-messages = Send Messages
permission-embed-links = Embed Links
permission-attach-files = Attach Files

server-reset = Back to the defaults
server-reset-question = Forget everything that is set for this server?
server-reset-yes = Yes, forget it
server-reset-no = No, keep it
server-reset-done = Everything is as it was at the beginning.

# The weekly digest.
digest-title = Last week in { $server }
digest-new = New among the best loved here
digest-rated = Most rated last week
digest-rated-row = { $count ->
        [one] 1 rating
       *[other] { $count } ratings
    }
digest-party = What do you want to watch together? { $command } finds it.
digest-top = { $command } shows all that is loved here.
