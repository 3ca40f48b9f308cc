import-help = MyAnimeList や AniList の評価を取り込みます（保存の前に内容を確認できます）
import-file-help = MyAnimeList（XML、.gz も可）、AniList（JSON）、Riko のいずれかの書き出しファイル
import-option-anilist = anilist
import-option-anilist-help = ファイルの代わりに、公開されている AniList アカウントの名前

import-from-myanimelist = **MyAnimeList のリストです。** まだ何も保存していません。内容は次のとおりです：
import-from-anilist = **AniList のリストです。** まだ何も保存していません。内容は次のとおりです：
import-new = ここではまだ評価していない、点数つきの作品：{ $count }本
import-same = ここでも同じ点数の作品：{ $count }本
import-conflicts = ここでは違う点数をつけた作品：{ $count }本
import-dropped-counted = 点数なしで視聴をやめた作品：{ $count }本（少し苦手という意味で{ $score }点とします）
import-dropped-left = 点数なしで視聴をやめた作品：{ $count }本（取り込みません）
import-seen-marked = 点数のない作品：{ $count }本（視聴済みとして、もうおすすめしません）
import-seen-left = 点数のない作品：{ $count }本（取り込みません）
import-planned = これから見る予定の作品：{ $count }本（取り込みません）
import-unmatched = （まだ）知らない作品：{ $count }本（下のファイルにあります）
import-unmatched-more = … ほか{ $count }本
import-asking-anilist = このファイルには AniList の番号しかないため、どの作品かを AniList に確かめています。{ $seconds }秒ほどかかります。
import-scale-ten = 10点満点の点数なので、そのまま使います。
import-scale-hundred = 100点満点の点数を四捨五入します。85点は9点になります。
import-scale-ten-decimal = 小数の点数は四捨五入します。8.5点は9点になります。
import-scale-five-stars = 5つ星の点数のようなので、星ひとつを2点と数えます。
import-scale-three-smileys = AniList の3つの顔の点数のようなので、4点、6点、9点と数えます。
import-order = 日付の順に、いまの評価の間に並びます。日付のないものは一番古いものとして並ぶので、ここで最近つけた評価がこれからも一番重視されます。
import-question = 取り込みますか？ あとで取り消せます。
import-question-conflicts = 両方に点数がある作品は、いまの点数を残しますか？ リストの点数に変えますか？ あとで取り消せます。
import-nothing = 新しいものはないので、何も変わりません。
import-cancelled = 何も変更していません。
import-take-all = 取り込む
import-take-keep = いまの点数を残す
import-take-overwrite = リストの点数に変える
import-dropped-on = やめた作品を{ $score }点とする
import-dropped-off = やめた作品を除く
import-seen-on = 点数なしを視聴済みにする
import-seen-off = 点数なしを除く
import-cancel = やめる

imported-unknown-to-network = Riko はこれらの作品をまだ学習していません。`/{ command-recommend }` では似た作品をもとにします。
imported = 取り込みました：
imported-new = 新しい評価：{ $count }件
imported-overwritten = リストの点数に変えたもの：{ $count }件
imported-kept = いまの点数を残したもの：{ $count }件
imported-dropped = 視聴をやめて{ $score }点としたもの：{ $count }件
imported-seen = 視聴済みにしたもの：{ $count }件（`/{ command-ratings }` で戻せます）
undone-many = 取り消しました：{ $count }本が元どおりです。{ $kept ->
    [0] {""}
   *[other] そのあとに変わった{ $kept }本はそのままです。
}

export-help = 評価をファイルで持ち出します（MyAnimeList、AniList、別の Riko など）
export-option-format = 形式
export-option-format-help = ほかのサイト用（ふつうはこちら）か、Riko が保存しているものすべてか
export-xml = MyAnimeList の XML
export-json = Riko の JSON（すべて）
exported-xml = あなたの評価です。MyAnimeList では <https://myanimelist.net/import.php>（*MyAnimeList Import*）で読み込めます。ほかのサイトでも使えます。どの作品も、あなたの点数で*視聴済み*になります。

error-unknown-list = このファイルは読めません。MyAnimeList の XML（そのままか .gz。.zip は不可）、AniList の JSON、または `/{ command-privacy } { command-privacy-export }` で受け取ったファイルを添付してください。
error-damaged-list = ファイルが壊れているか途中で切れているため、何も変更していません。もう一度リストを書き出してください。
error-large-list = ファイルが大きすぎるため、何も変更していません（{ $megabytes } MB まで）。
error-long-list = リストが長すぎるため、何も変更していません（{ $most }件まで）。
error-empty-list = このリストにはアニメがないので、何も変わりません。
error-manga-list = これはマンガのリストです。アニメのリストを書き出してください。
error-numbers-of-anilist = このファイルには AniList の番号しかなく、どの作品かを AniList に確かめられませんでした。代わりに `/{ command-import }` で AniList のアカウント名か MyAnimeList の XML を指定してください。
error-list-account = その名前の AniList アカウントは見つかりません。
error-private-list = このリストは非公開です。AniList でいったん公開するか、書き出したファイルを使ってください。
error-lists-too-often = 短い間にたくさんのリストを受け取りました。{ $when }にもう一度お試しください。
error-one-list = ファイルか AniList のアカウント名の、どちらかひとつを指定してください。
error-list-gone = このリストはもう取り込まれたか、時間が経ちすぎました。やり直すには、もう一度 `/{ command-import }` に渡してください。
