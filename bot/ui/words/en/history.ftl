history-help = See how you scored your lists and what you took from them; only you see it
history-title = Your lists over time
history-row = **{ $number }.** { $when } · { $score } · from { $ratings ->
        [one] 1 rating
       *[other] { $ratings } ratings
    }
history-score = lists **{ $score }** of 10
history-unscored = lists not scored
history-accepted = { $count ->
        [one] 1 title taken, you gave it **{ $mean }** (expected { $expected })
       *[other] { $count } titles taken, you gave them **{ $mean }** on average (expected { $expected })
    }
history-none-accepted = nothing taken from them yet
history-empty = There is nothing here yet. Press **{ lists-score }** below the lists that `/{ command-recommend }` gives you, or rate a title from them, and they show up here.
history-footer = Taken means that you rated it after it was in your lists. Page { $page } of { $pages }.
history-newer = Newer
history-older = Older
history-lists = what you gave the lists
history-taken = mean of what you took
history-rounds = number of the lists
history-scores = score, 1 to 10
history-point-lists = lists { $number }: { $score }
history-point-taken = taken from lists { $number }: { $score }
history-nothing = nothing yet
