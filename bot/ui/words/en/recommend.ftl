recommend-help = Get two lists of anime picked for you
option-genre = genre
option-genre-help = Only this genre
option-type = type
option-type-help = Only series, only films, …
option-year-from = year_from
option-year-from-help = Nothing older than this year
option-year-to = year_to
option-year-to-help = Nothing newer than this year
option-hide-sequels = hide_sequels
option-hide-sequels-help = Leave out second seasons and other sequels
option-latest = latest
option-latest-help = How many of your latest ratings decide what is similar; three unless you say otherwise
recommend-private-help = Whether only you see the lists; if not, all see the ratings expected of you. Riko remembers it

list-similar = Similar Anime
list-may-like = Anime You May Like
list-similar-help = close to what you rated last
list-similar-help-public = close to what was rated last
list-similar-kinds = your latest ratings point to { $kinds }
list-may-like-help = the best for you from everywhere else
list-may-like-help-public = the best from everywhere else
list-because = because you gave { $title } { $score }
list-new = new to Riko
list-new-help = new to Riko: not learnt yet, but judged by the titles most like it.
list-empty = There is nothing left for this list: you know every title it could hold.
list-empty-filters = Nothing is left that fits all of that. Ask for a little less.
list-empty-shown = That was all; there is nothing more for this list.
list-empty-public = There is nothing left for this list.
list-short = Only { $count } left that fit and that you do not know yet.
list-short-public = Only { $count } left that fit.
list-footer = ★ is the rating Riko thinks you would give. Based on { $count ->
        [one] 1 rating
       *[other] { $count } ratings
    }.
list-footer-few = ★ is the rating Riko thinks you would give. Rate { $count } more and these lists get much better.
list-footer-public = ★ is the rating Riko expects of the person who asked.
top-footer = ★ is the mean rating, drawn towards the middle where few people voted.
sheet-described = Posters: { $titles }

mark-rated = ✓ you gave it { $score }
mark-not-for-me = ✕ not for you
mark-seen = ✓ seen

filter-only = Only: { $filters }
filter-from = from { $year }
filter-to = until { $year }
filter-no-sequels = no sequels
filter-latest = { $count ->
        [one] your latest rating
       *[other] your latest { $count } ratings
    }

cold-start-title = To begin with: what people love
cold-start-text = I do not know your taste yet. Rate { $count } titles with `/{ command-rate }`, or pick the ones you know from the menu below, and `/{ command-recommend }` will be about you.
cold-start-text-public = The best loved of four genres. Rate { $count } titles with `/{ command-rate }`, and `/{ command-recommend }` shows what fits your taste.
cold-start-text-public-filters = The best loved that fit all of that. Rate { $count } titles with `/{ command-rate }`, and `/{ command-recommend }` shows what fits your taste.
cold-start-none = Nothing fits all of that. Ask for a little less.
cold-start-choose = Which one do you know?

lists-rate = Rate these
lists-not-for-me = Not for me
lists-seen = Seen it
lists-more = More
lists-score = Score these lists
lists-why = Why?
pick-rate = Which title do you want to rate?
pick-not-for-me = Which ones should never come back?
pick-seen = Which ones have you seen?
pick-why = Which title shall I explain?
pick-next = ✓ { $done } · another one?
pick-none = None of these titles can be shown here any more; ask `/{ command-recommend }` again.
pick-done = You have been through all of these. **{ lists-more }** shows the next ones.
choose-score = How good is { $title }?
lists-how-good = How good are these two lists, from 1 (nothing for me) to 10 (all of it for me)?
lists-score-again = ✓ { $score } of 10
lists-scored = Your lists number { $number }: **{ $score }** of 10, saved. Thank you!
lists-scored-again = Your lists number { $number }: { $previous } → **{ $score }** of 10, saved. Thank you!
dismissed-not-for-me = { $titles }: gone for good. If you change your mind: `/{ command-ratings }`.
dismissed-seen = { $titles }: noted as seen and gone from your lists. `/{ command-ratings }` undoes that; a score helps me more.
dismissed-rated = { $titles }: rated by you already, so nothing was changed there. What is rated is never recommended; `/{ command-unrate }` takes a rating back.

why-title = Why { $title }?
why-predicted = I think you would give it **★ { $predicted }**.
why-mean = People give it ★ { $mean } on average.
why-kind = Its kind: { $kind }.
why-up = Speaks for it
why-down = Speaks against it
why-nothing = Nothing you rated moves it much: many people like it, whatever else they watch.
why-row = { $title }: { $score }
why-footer = Only your own ratings count; the longest bar moved it most.
