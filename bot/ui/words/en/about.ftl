# The answer of /about.
about-help = What Riko is, how many anime it knows, and how fresh its list is
about-title = About Riko
about-text = I recommend anime. Rate a few with `/{ command-rate }`, and `/{ command-recommend }` shows what you will probably like. A neural network that has learnt from many people's ratings does the guessing.
about-titles = What I know
about-titles-text = { $titles ->
    [one] One title.
   *[other] { $titles } titles.
    } { $learnt ->
    [one] I have learnt one of them from ratings.
   *[other] I have learnt { $learnt } of them from ratings.
    }
about-date = How fresh that is
about-made = My list of titles is from { $date }.
about-crawled = I last asked MyAnimeList on { $date }. I have checked every title since { $checked }.
about-crawled-partly = I last asked MyAnimeList on { $date }. I have not been through its whole list yet, so some of what I know is older.
about-crawled-stale = I last asked MyAnimeList on { $date }. That was a while ago: I have not been able to reach it since, and I try again every night.
about-made-unknown = My list of titles does not say when it was made.
about-newest = The newest title on it is of { $year }.
about-sources = Where it comes from
about-sources-text = The facts about titles come from [MyAnimeList](https://myanimelist.net), for the most part; titles and posters belong to their owners. I do not belong to MyAnimeList or Discord.
about-you = You
about-you-text = `/{ command-privacy } { command-privacy-show }` shows what I keep about you.
about-version = Riko { $version }
