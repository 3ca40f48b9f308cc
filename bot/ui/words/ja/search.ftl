search-help = アニメを調べます：いろいろな呼び名、内容、あなたに合いそうか
similar-help = 指定したアニメと同じ仲間のおすすめを表示します

card-also = 別名：{ $names }
card-translated = 機械翻訳：{ $name }
card-type = 種類
card-episodes = 話数
card-year = 年
card-genres = ジャンル
card-studios = 制作
card-unknown = 不明
card-myanimelist = MyAnimeList
card-open = ページを開く
card-votes = { $count }票
card-server = このサーバー
card-server-mean = このサーバーの平均は **★ { $mean }** です（{ $count }人）。
card-for-you = あなたには
card-predicted = あなたなら **★ { $predicted }** をつけると思います。
card-new = Riko がまだ学んでいない作品なので、よく似た作品から予想しています。
poster-described = ポスター：{ $title }
card-position = { $count }件中{ $at }件目

page-before = ‹ 前へ
page-after = 次へ ›
more-like-this = 似た作品
bring-back = 元に戻す
brought-back = { $titles }：またおすすめに出るようになりました。

similar-title = { $title }に似た作品
similar-kind = { $title }のような{ $genres }
similar-kind-such-as = { $title }の仲間
similar-unknown = この作品はまだよく知らないため、似た作品を出せません。
similar-footer = ★は、あなたがつけそうな点数です。
