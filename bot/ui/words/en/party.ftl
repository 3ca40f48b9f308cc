party-help = Find something that several of you would all like
party-who = Who watches with you? Choose up to { $most } people, or take everybody in your voice channel. The list is then shown to everybody here.
party-choose = Choose who watches with you
party-voice = Everybody in my voice channel
party-nobody = Choose somebody besides yourself; bots do not watch.
party-no-voice = I do not see you in a voice channel here. Join one and press again, or choose people in the menu.
party-voice-full = That channel has more than { $most } people. Choose some of them in the menu.
party-none = I found nothing that none of you knows yet. Ask for a little less.
party-shown = Done, the list is below for everybody here.

party-title = What all of you would like
party-for = { $who } asks what to watch. Picked for { $count } of you, none of whom knows any of it yet.
party-footer = Whether you count, only you see: press “What about me?”.
party-footer-means = ★ is what Riko expects of you on average. Whether you count, only you see: press “What about me?”.
party-about-me = What about me?
party-vote = Vote
party-question = What shall we watch?
party-no-polls = I may not make polls in this channel. Somebody who manages it can allow me “Create Polls”.

party-own-title = This party and you
party-own-footer = ★ is the rating Riko thinks you would give. Only you see this.
party-less = maybe less for you
party-you-count = The list was picked for you too.
party-count-share = You do not count here yet: the list was picked without your taste. To count next time, set `{ option-share }` to true with `/{ command-profile } { command-profile-set }`.
party-count-rate = You do not count here yet: rate a few titles with `/{ command-rate }`, and you do next time.

error-nobody-shares = Nobody of them counts yet besides you. Others count once they have set `{ option-share }` to true with `/{ command-profile } { command-profile-set }` and rated a few titles with `/{ command-rate }`.
error-narrow-party = That leaves too few titles to choose from for several people. Ask for a little less.
error-party-gone = That party is over; `/{ command-party }` makes a new one.
error-not-in-party = You do not count in this party. Rate a few titles with `/{ command-rate }` and set `{ option-share }` to true with `/{ command-profile } { command-profile-set }` to count in the next, or make one with `/{ command-party }`.
error-party-polled = There is a poll about this already: { $link }
error-party-polling = A poll about this is being made right now.
