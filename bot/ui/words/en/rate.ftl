button-rate = Rate
button-undo = Undo
rated-new = { $title }: **{ $score }**, saved.
rated-same = { $title } stays at **{ $score }**.
rated-again = { $title }: { $previous } → **{ $score }**, saved.
rated-count = { $count ->
    [one] 1 title rated.
   *[other] { $count } titles rated.
}
rated-learned = `/{ command-recommend }` has learned from it.
rated-more = Rate { $count } more and `/{ command-recommend }` gets good.
rated-unknown-to-network = Riko's network does not know this title yet, so `/{ command-recommend }` cannot learn from it.
undone = Undone: { $titles } as before.
undo-kept = Left as it is, because it has changed since: { $titles }.
