profile-help = What Riko knows about you, and how it answers you
profile-set-help = Say something about yourself or choose how Riko answers; all of it is optional
profile-view-help = See what Riko knows about you, with a picture of your taste; only you see it
option-age = age
option-age-help = Your age in years; it helps a little
option-gender = gender
option-gender-help = Your gender; it helps a little
option-language = language
option-language-help = In which language Riko names titles
option-answers-help = Whether only you see answers, unless you say otherwise
option-server-lists = server_lists
option-server-lists-help = Whether your ratings count, without your name, in the lists and means of your servers
option-share = share
option-share-help = Whether others may ask what they and you would like, for two or in watch parties
option-twins = twins
option-twins-help = Whether members with your taste may find you, and see a few titles you loved
option-forget = forget
option-forget-help = Make Riko forget what you said before

gender-male = male
gender-female = female
gender-another = another
gender-unsaid = prefer not to say
language-english = English
language-romaji = romaji
language-japanese = Japanese
language-discord = the language of your Discord
forget-age = my age
forget-gender = my gender
forget-both = both

profile-nothing-to-set = Nothing changed: say what to set, for example `{ option-age }`, or what to `{ option-forget }`.
profile-set-and-forget = Nothing changed: you set something and asked me to forget it at the same time; please do one of the two.
profile-saved = Saved. Only you can see this, and you can change or forget it at any time.

profile-title = Your profile
profile-age = Age
profile-gender = Gender
profile-ratings = Ratings
profile-settings = Settings
profile-not-said = not said
profile-fact = { $name }: **{ $value }**
profile-language = Titles in
profile-answers = Answers are seen by
profile-answers-private = only you
profile-answers-public = everybody in the channel
profile-answers-unchosen = only you, or as the server has set it, until you choose
profile-server-means = Your ratings count, without your name, in the lists and means of your servers
profile-share = Others may ask what they and you would like, for two or in watch parties
profile-twins = Members with your taste may find you, and see a few titles you loved
profile-yes = yes
profile-no = no
profile-footer = Only you can see this. Change it with /{ command-profile } { command-profile-set }.
profile-no-ratings = You have not rated anything yet. `/{ command-rate }` a few titles, and a picture of your taste appears here.
profile-no-picture = The picture of your taste cannot be drawn right now; please try again in a minute.

taste-title = Your taste
taste-genres = You against the average
taste-mine = you
taste-average = others' mean
taste-genre = { $genre }: you { $mine }, others { $average } ({ $count ->
        [one] 1 title
       *[other] { $count } titles
    })
taste-scores = Your scores
taste-score = { $score }: { $count ->
        [one] 1 title
       *[other] { $count } titles
    }
taste-count = { $count ->
        [one] 1 title rated, mean { $mean }
       *[other] { $count } titles rated, mean { $mean }
    }
taste-surprises = What surprised Riko
taste-surprise = { $score }, expected { $expected }
taste-progress = How well Riko knows your taste
taste-wanted = { $count ->
        [one] 1 more rating would help
       *[other] { $count } more ratings would help
    }
taste-enough = well enough
taste-empty = nothing yet
