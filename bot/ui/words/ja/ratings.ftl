ratings-help = あなたが評価した作品の一覧です。隠した作品を元に戻すこともできます
ratings-title = あなたの評価
ratings-none = まだ何も評価していません。`/{ command-rate }` をお試しください。「Monster 9, Naruto 6」のようにまとめて書くこともできます。
ratings-count = { $count }本、平均{ $mean }点
ratings-gone = ほかに、カタログからなくなった作品の評価が{ $count }件あります（番号 { $numbers }）。`/{ command-unrate }` に番号を入れると取り消せます。
ratings-rate-again = もう一度評価する作品を選ぶ
ratings-hidden = 隠した作品
ratings-rated = あなたの評価
page-position = { $pages }ページ中{ $page }ページ目

hidden-title = 隠した作品
hidden-help = おすすめに出さない作品です。
hidden-none = 隠した作品はありません。リストや作品の下の「興味なし」「視聴済み」を押すと、ここに入ります。
hidden-choose = 元に戻す作品を選ぶ
