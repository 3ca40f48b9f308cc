import-help = Bring your ratings from MyAnimeList or AniList; you see what happens first
import-file-help = An export of MyAnimeList (XML, also .gz), of AniList (JSON), or of Riko
import-option-anilist = anilist
import-option-anilist-help = The name of a public AniList account, instead of a file

import-from-myanimelist = **Your list from MyAnimeList.** Nothing is saved yet. There are
import-from-anilist = **Your list from AniList.** Nothing is saved yet. There are
import-new = { $count ->
    [one] 1 title
   *[other] { $count } titles
} with a score that you have not rated here
import-same = { $count } with the score you gave here too
import-conflicts = { $count } with another score than the one you gave here
import-dropped-counted = { $count } you dropped without a score: each counts as a { $score }, a weak dislike
import-dropped-left = { $count } you dropped without a score: left out
import-seen-marked = { $count } without a score: marked as seen, so I no longer recommend them
import-seen-left = { $count } without a score: left out
import-planned = { $count } you only plan to watch: left out
import-unmatched = { $count } I do not know (yet); they are in the file below
import-unmatched-more = … and { $count } more
import-asking-anilist = That file has AniList's own numbers, so I am asking AniList which titles they are. It takes about { $seconds } seconds.
import-scale-ten = The scores are out of 10, so they stay as they are.
import-scale-hundred = The scores come out of 100 and are rounded: 85 becomes a 9.
import-scale-ten-decimal = Scores between two are rounded: 8.5 becomes a 9.
import-scale-five-stars = The scores look like stars out of 5, so each star counts as 2.
import-scale-three-smileys = The scores look like AniList's three faces: they count as 4, 6 and 9.
import-order = They are placed among your ratings by their dates, those without a date before all others, so what you rated last here still counts most.
import-question = Shall I take them in? You can undo it.
import-question-conflicts = Where both have a score: keep yours, or overwrite it with the list's? You can undo it.
import-nothing = There is nothing new in it, so everything stays as it is.
import-cancelled = Nothing was changed.
import-take-all = Take in
import-take-keep = Keep mine
import-take-overwrite = Overwrite mine
import-dropped-on = Count dropped as { $score }
import-dropped-off = Leave dropped out
import-seen-on = Mark unscored as seen
import-seen-off = Leave unscored out
import-cancel = Cancel

imported-unknown-to-network = Riko has not learnt any of these yet; `/{ command-recommend }` goes by titles like them.
imported = Taken in:
imported-new = { $count ->
    [one] 1 new rating
   *[other] { $count } new ratings
}
imported-overwritten = { $count } with the list's score now
imported-kept = { $count } with your own score as before
imported-dropped = { $count } dropped ones that count as a { $score }
imported-seen = { $count } marked as seen; `/{ command-ratings }` can bring them back
undone-many = Undone: { $count ->
    [one] 1 title
   *[other] { $count } titles
} as before.{ $kept ->
    [0] {""}
   *[other] {" "}{ $kept } changed since and stay as they are.
}

export-help = Take your ratings with you: a file for MyAnimeList, AniList, or another Riko
export-option-format = format
export-option-format-help = For other sites (the default), or everything Riko keeps about you
export-xml = MyAnimeList XML
export-json = Riko JSON (everything)
exported-xml = Here are your ratings. MyAnimeList takes this file at <https://myanimelist.net/import.php> (*MyAnimeList Import*), and other sites read it too. There each title becomes *completed* with your score.

error-unknown-list = I cannot read that file. I can read an XML export of MyAnimeList (as it is or as .gz, but no .zip), a JSON export of AniList, or what `/{ command-privacy } { command-privacy-export }` gave you.
error-damaged-list = That file is damaged or cut off, so nothing was changed. Please export your list again.
error-large-list = That file is too large for a list of anime: at most { $megabytes } MB. Nothing was changed.
error-long-list = That list is longer than there are anime: at most { $most } entries. Nothing was changed.
error-empty-list = There is no anime in that list, so everything stays as it is.
error-manga-list = That is a list of manga. Please export your list of anime.
error-numbers-of-anilist = That file has only AniList's own numbers, and I could not find out from AniList which titles they are. Give `/{ command-import }` the name of your AniList account instead, or MyAnimeList's XML.
error-list-account = AniList knows no account with that name.
error-private-list = That list is private. Make it public on AniList for a moment, or use an export file.
error-lists-too-often = That was a lot of lists. Please try again { $when }.
error-one-list = Please give either a file or the name of an AniList account.
error-list-gone = That list has been taken in already, or it waited too long. To start again, give it to `/{ command-import }` once more.
