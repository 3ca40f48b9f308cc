search-help = Look up an anime: all its names, what it is, and what you would think of it
similar-help = Find the best anime of the same kind as one you name

card-also = Also called { $names }
card-translated = Machine translation: { $name }
card-type = Type
card-episodes = Episodes
card-year = Year
card-genres = Genres
card-studios = Studios
card-unknown = unknown
card-myanimelist = MyAnimeList
card-open = open the page
card-votes = { $count ->
    [one] 1 vote
   *[other] { $count } votes
}
card-server = This server
card-server-mean = The server gives it **★ { $mean }** ({ $count } people).
card-for-you = For you
card-predicted = I think you would give it **★ { $predicted }**.
card-new = Riko has not learnt this title yet and judges it by the titles most like it.
poster-described = Poster: { $title }
card-position = Match { $at } of { $count }

page-before = ‹ Previous
page-after = Next ›
more-like-this = More like this
bring-back = Bring back
brought-back = Back again, so I may recommend: { $titles }.

similar-title = Like { $title }
similar-kind = { $genres } such as { $title }
similar-kind-such-as = Of the same kind as { $title }
similar-unknown = I do not know this title well enough yet to say what is like it.
similar-footer = ★ is the rating Riko thinks you would give.
