top-help = See the best loved anime, of all genres or of one
top-title = Best loved anime
top-title-genre = Best loved: { $genre }
top-votes = { $count ->
        [one] 1 vote
       *[other] { $count } votes
    }
top-own = ✓ you: { $score }
top-empty = There is nothing of this genre that can be shown here. Try another one.
top-choose = Which one do you know?
