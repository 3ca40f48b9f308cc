"""Everyday words that are names of titles too: alone and in small letters they mean no title."""

from __future__ import annotations

from typing import Final

_LINKING: Final = """
a about after all also always am an and any anyone are as ask at away back be because been before
being best better but by call came can come could day days did do does doing done down each end
ever every everyone few first for friend friends from get give go good got great had has have he
hear hello help her here him his home how i if in into is it its just keep know last let life
like little live long look lot love made make many may me mine more most much my name new next
nice night no not nothing now of off old on once one only or other our out over own part people
play please put really right said same saw say school see she should so some someone something
soon start still stop such sure take tell than thank thanks that the their them then there these
they thing things think this those time to today together too two until up us very want was watch
way we week well were what when where which who why will with world would year years yes yet you
your
"""

_COMMON: Final = """
across act action afk air aka alien aliens alive alone amazing amnesia angel angels animal
animals another answer apple arrow art asap ass atm babe baby bad ball band basic beautiful
beauty beck bed bee bees berserk big bird birds black blade blame blood blue body book books
bored born box boy boys brave brb bread break bright broken brother brothers btw bubble burn
burning butterfly cage cake calling camp car cars case cat cats chance change channel charge
child children choice christmas circle citrus city class clean clear cloud clouds club coffee
cold color colorful colors colour colourful comic comics complete control cool count country
crash crazy cream crime crimson cross crown cry crying cube cut dance dancing danger dangerous
dark darkness darling das date dawn dead deal death demon demons der des desert design destiny
devil devils diamond die different direct dna doctor dog dogs door dos double dragon dragons
dream dreams drift drifters drink drive drop dust earth east easy eat eden eight emma empty
endless energy erased escape est eternal eve everyday everything evil exit extra eye eyes fab
face fair fairy faith fake fall family fan fantasy far fast fate father feel felt fight film
final find fine fire fish five flag flame flash flat flow flower flowers fly flying food foot
force forest forever four fox free freedom freezing fresh full fun funny future fyi game gamers
games gap garden gate ghost ghosts giant gift girl girls given glass goal god gods gold golden
gone grand green grey ground group gta guild guilty gun hand hands happy hard hate head heart
hearts heat heaven heavy hell hero heroes hide high hit hold holiday holy honey honor honour hope
horror horse hot hour house human humans hundred hunt hunter hunting ice idea idiot idk idol
idols ikr imagine immortal imo infinite inside irl island ist japan jewel job joker journey joy
judge jump key kid kids kill king kingdom kings kiss knight knights lady land las late later
laugh law lazy lead leader league learn left legend les lesson letter letters level lies light
lights lily limit line link lion list listen lmao lol lonely lord los lost loud loveless loving
luck lucky lunch mad magic major man manga march mark mars master match maybe meet member
memories memory men mercy metropolis military mind mirai mirror miss mit mix moment money monkey
monster monsters month moon morning mother motion mouse mouth movie movies murder music mystery
naked need needless ngl nine nobody noise normal north nsfw number numbers nurse ocean oh okay
omg open orange order original ost overtime page pain paper parasite party pas past path peace
perfect phantom phone piano picture pilot pink pirate pirates place plan planet player point
police pot power powers pretty pride prince princess prison problem promise proud pure que queen
quest question quick quiet rabbit race radiant radio rage rain rainbow random reach read ready
real reborn recently record red redline relative relife remember rest return revenge reverse
rewrite rich ride ring rip rise rising river road robot robots rock romance room rose round rule
run running sad saga saint sand scene science sea season seasons second secret seed seen seven
shadow shadows shape share shark sheep shelter shine ship shirt shock shoot shop short show
shuffle shy sick side sign silence silent silver simple since single sister sisters six skate
skill skin sky slayers sleep slow small smart smh smile smoke snow soft soldier soldiers song
sorry soul souls sound south spa space special speed spell spider spiral spirit sport sports
spring square stage stand star stars station steel step stone storm story strange street strike
strong student style sugar suit summer sun super surprise sweet swim switch sword system table
tail tales talk tamer tbh tea teacher team ten test tests thin third tho three throne thunder
tiger tokyo tomorrow tonight top touch tower town toy train trap travel tree trick trip trouble
true trust truth try turn twin twins ugly una uncle und under unhappy unknown valley vampire
vampires victory video village virus voice voices wait walk walking wall wanted war warrior wars
water wave weak weather web wed west wet whisper white wild win wind wing wings winner winter
wish witch witches wolf woman women wonder wonderful wood word words work working worlds worst
wrong wtf yellow yesterday young youth zero zombie zone
アニメ エア ゲーム タッチ ドラゴン ヒーロー フリー ブルー プリンセス マンガ モンスター ラブ
"""

LINKING_WORDS: Final = frozenset(_LINKING.split())
"""Words of which a name of several words may wholly consist and still be no name ("your name")."""

COMMON_WORDS: Final = LINKING_WORDS | frozenset(_COMMON.split())
"""Words that, alone and in small letters, are more often a word than a name."""
