ratings-help = See everything you rated, and bring hidden titles back
ratings-title = Your ratings
ratings-none = You have not rated anything yet. Try `/{ command-rate }`: one title, or several at once such as “Monster 9, Naruto 6”.
ratings-count = { $count ->
    [one] 1 title
   *[other] { $count } titles
}, { $mean } on average
ratings-gone = { $count ->
    [one] And 1 more of a title the catalogue no longer has
   *[other] And { $count } more of titles the catalogue no longer has
}: number { $numbers }. `/{ command-unrate }` takes such a number too.
ratings-rate-again = Rate one of these again
ratings-hidden = Hidden titles
ratings-rated = Your ratings
page-position = Page { $page } of { $pages }

hidden-title = Hidden titles
hidden-help = I do not recommend these to you.
hidden-none = Nothing is hidden. *Not for me* and *Seen it* below lists and titles put something here.
hidden-choose = Bring back…
