button-rate = Rate
button-undo = Undo
rated-new = { $title }: **{ $score }**, saved.
rated-same = { $title } stays at **{ $score }**.
rated-again = { $title }: { $previous } → **{ $score }**, saved.
rated-count = { $count ->
    [one] 1 title rated.
   *[other] { $count } titles rated.
}
rated-learned = `/{ command-recommend }` has learnt from it.
rated-more = Rate { $count } more, and `/{ command-recommend }` gets to know you.
rated-unknown-to-network = Riko has not learnt this title yet; `/{ command-recommend }` goes by titles like it.
undone = Undone: { $titles } as before.
undone-unnamed = Undone.
undo-kept = Left as it is, because it has changed since: { $titles }.

rate-help = Rate an anime, or several at once: Monster 9, Naruto 6
rate-title-help = A name to pick, or several with their scores: Monster 9, Naruto 6
rate-option-score = score
rate-option-score-help = From 1 (appalling) to 10 (masterpiece); leave it out to choose from a menu
rate-score-twice = There are two scores, or several titles. Give one title together with `{ rate-option-score }`, or write a score after each title and leave `{ rate-option-score }` out.
line-no-score = There is no score after { $part }. Write one after it, such as “= 8”.
line-bad-score = I cannot read { $part }: a score is a whole number from 1 to 10.
line-not-found = I know no anime called { $part }. Type a part of its name and pick one of the suggestions.
line-not-found-but = I know no anime called { $part }. Did you mean { $names }?
line-too-many = I take up to { $most } titles at once. Please send the rest, from { $part } on, separately.
profile-question = One question, only this once: your age and gender help me to guess a little better. If you like, tell me with `/{ command-profile } { command-profile-set }`; you never have to.

unrate-help = Take a rating back
unrated = { $title }: your { $score } is taken back.
unrated-nothing = You have not rated { $title }, so there is nothing to take back.
