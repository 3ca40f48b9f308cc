top-help = このサーバーのメンバー、または世界のみんなに好かれているアニメを表示します
option-list = リスト
option-list-help = サーバーのどのリストを見るか
option-scope = 範囲
option-scope-help = だれの評価か（サーバーでは、指定しなければメンバーの評価です）
top-scope-server = このサーバーのメンバー
top-scope-everybody = みんな
top-list-best = 人気
top-list-divisive = 意見が分かれる
top-list-gems = 隠れた名作
top-list-everybody = 世界全体

top-title = みんなに好かれているアニメ
top-title-genre = みんなに好かれている「{ $genre }」
top-server-best = このサーバーで好かれているアニメ
top-server-best-genre = このサーバーで好かれている「{ $genre }」
top-server-divisive = このサーバーで意見が分かれるアニメ
top-server-divisive-genre = このサーバーで意見が分かれる「{ $genre }」
top-server-gems = このサーバーの隠れた名作
top-server-gems-genre = このサーバーの隠れた名作「{ $genre }」

top-votes = { $count }票
top-people = { $count }人
top-new = 初登場
top-own = ✓ あなた：{ $score }点
top-server-footer = ★はメンバーの平均点です。評価した人が少ない作品は全体の平均に近づけ、0.5点刻みで表しています。
top-server-spread = 点数のばらつきが大きい作品ほど上にあります。
top-server-moved = ▲▼は先週からの順位の動きです。
top-server-voters = { $count ->
        [0] まだだれも評価していません。
       *[other] { $count }人が評価しています。
    }
top-server-voters-many = { $count }人以上が評価しています。
top-lacking-voters = このサーバーのリストができるまで、評価する人があと{ $count }人必要です（`/{ command-rate }` で評価できます）。それまでは、世界のみんなに好かれている作品をお見せします。
top-lacking-titles = このサーバーのリストができるまで、{ $votes }人以上が評価した作品があと{ $count }本必要です。それまでは、世界のみんなに好かれている作品をお見せします。
top-lacking-titles-genre = このサーバーのリストができるまで、{ $votes }人以上が評価したこのジャンルの作品があと{ $count }本必要です。それまでは、世界のみんなに好かれている作品をお見せします。
top-lacking-divisive = このサーバーで{ $votes }人以上が評価した作品がまだ少ないため、意見が分かれる作品を選べません。代わりに、世界のみんなに好かれている作品をお見せします。
top-lacking-gems = このサーバーで{ $votes }人以上が評価した作品がまだ少ないため、隠れた名作を選べません。代わりに、世界のみんなに好かれている作品をお見せします。

top-empty = ここにお見せできる作品は、もうありません。
top-empty-genre = このジャンルでここに出せる作品はありません。ほかのジャンルをお試しください。
top-none-divisive = 大きく意見が分かれる作品はありません。みなさんの好みはよく合っています。
top-none-gems = 隠れた名作はまだありません。ここで好かれている作品は、どこでもよく知られています。
top-choose = 知っている作品はどれですか？
