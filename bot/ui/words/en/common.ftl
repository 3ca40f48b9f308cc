# Names of commands, as they stand in every text that mentions one.
command-rate = rate
command-unrate = unrate
command-ratings = ratings
command-recommend = recommend
command-search = search
command-similar = similar
command-profile = profile
command-profile-set = set
command-profile-view = view
command-history = history
command-top = top
command-privacy = privacy
command-about = about
command-privacy-show = show
command-privacy-export = export
command-privacy-import = import
command-privacy-delete = delete
command-import = import
command-export = export
command-server = server
command-server-settings = settings
menu-both-like = What we both like
menu-find-titles = Find anime here
command-party = party
command-twins = twins

genre-action = Action
genre-adventure = Adventure
genre-cars = Cars
genre-comedy = Comedy
genre-dementia = Dementia
genre-demons = Demons
genre-drama = Drama
genre-ecchi = Ecchi
genre-fantasy = Fantasy
genre-game = Game
genre-harem = Harem
genre-hentai = Hentai
genre-historical = Historical
genre-horror = Horror
genre-josei = Josei
genre-kids = Kids
genre-magic = Magic
genre-martial-arts = Martial Arts
genre-mecha = Mecha
genre-military = Military
genre-music = Music
genre-mystery = Mystery
genre-parody = Parody
genre-police = Police
genre-psychological = Psychological
genre-romance = Romance
genre-samurai = Samurai
genre-school = School
genre-sci-fi = Sci-Fi
genre-seinen = Seinen
genre-shoujo = Shoujo
genre-shoujo-ai = Shoujo Ai
genre-shounen = Shounen
genre-shounen-ai = Shounen Ai
genre-slice-of-life = Slice of Life
genre-space = Space
genre-sports = Sports
genre-super-power = Super Power
genre-supernatural = Supernatural
genre-thriller = Thriller
genre-vampire = Vampire
genre-yaoi = Yaoi
genre-yuri = Yuri

type-tv = TV
type-movie = Movie
type-ova = OVA
type-ona = ONA
type-special = Special
type-music = Music

# Options that several commands have.
option-title = title
option-title-help = A part of the name, in any language, or the MyAnimeList number
option-private = private
option-private-help = Whether only you see the answer; Riko remembers it

button-back = Back

# What each score means; shown beside it in menus.
score-10 = masterpiece
score-9 = great
score-8 = very good
score-7 = good
score-6 = fine
score-5 = average
score-4 = bad
score-3 = very bad
score-2 = horrible
score-1 = appalling

# "a 9", "an 8": a score within a sentence.
score-of = { $score ->
    [8] an{"\u00A0"}{ $score }
   *[other] a{"\u00A0"}{ $score }
}
