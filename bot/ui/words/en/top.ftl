top-help = See what the members of this server, or people everywhere, love most
option-list = list
option-list-help = Which of the server's lists
option-scope = scope
option-scope-help = Whose ratings: in a server its members', unless you say so
top-scope-server = members of this server
top-scope-everybody = everybody
top-list-best = Best loved
top-list-divisive = Most divisive
top-list-gems = Hidden gems
top-list-everybody = Everywhere

top-title = Best loved anime
top-title-genre = Best loved: { $genre }
top-server-best = Best loved in this server
top-server-best-genre = Best loved in this server: { $genre }
top-server-divisive = What this server is divided over
top-server-divisive-genre = What this server is divided over: { $genre }
top-server-gems = Hidden gems of this server
top-server-gems-genre = Hidden gems of this server: { $genre }

top-votes = { $count ->
        [one] 1 vote
       *[other] { $count } votes
    }
top-people = { $count ->
        [one] 1 member
       *[other] { $count } members
    }
top-new = new
top-own = ✓ you: { $score }
top-server-footer = ★ is the members' mean, drawn towards the middle and told in halves where few rated.
top-server-spread = The further their ratings are apart, the higher a title stands.
top-server-moved = ▲ ▼ places since last week.
top-server-voters = { $count ->
        [0] Nobody here has rated yet.
        [one] 1 member has rated.
       *[other] { $count } members have rated.
    }
top-server-voters-many = { $count } members or more have rated.
top-lacking-voters = { $count ->
        [one] It takes 1 more person who rates here
       *[other] It takes { $count } more people who rate here
    } until this server has a list of its own; `/{ command-rate }` counts. So this is what people love everywhere.
top-lacking-titles = It takes { $count ->
        [one] 1 more title
       *[other] { $count } more titles
    } that { $votes } people here have rated until this server has a list of its own. So this is what people love everywhere.
top-lacking-titles-genre = It takes { $count ->
        [one] 1 more title
       *[other] { $count } more titles
    } of this genre that { $votes } people here have rated until this server has a list of its own. So this is what people love everywhere.
top-lacking-divisive = Too few titles have been rated by { $votes } people here to tell what divides them. So this is what people love everywhere.
top-lacking-gems = Too few titles have been rated by { $votes } people here to tell hidden gems. So this is what people love everywhere.

top-empty = There is nothing left to show here.
top-empty-genre = There is nothing of this genre that can be shown here. Try another one.
top-none-divisive = The members here agree quite well: there is no title that divides them.
top-none-gems = There is no hidden gem yet: what is loved here is well known everywhere.
top-choose = Which one do you know?
