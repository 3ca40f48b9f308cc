filter-without = { $genre }以外
filter-episodes = { $count }話まで

chat-hello = こんにちは！ どんなものが見たいか教えてください。たとえば：
chat-not-understood = うまくわかりませんでした。こんなふうに書いてみてください：
chat-examples =
    • 蟲師みたいな笑えるアニメ
    • 2010年代の泣ける映画
    • 何を見ればいい？
chat-like = { $titles }に似た作品
chat-like-nothing = { $titles }は知っていますが、Riko のネットワークがまだ知らないため、似た作品がわかりません。
chat-no-title = { $query }というアニメは見つかりませんでした。名前を確かめてみてください。
chat-no-title-but = { $query }というアニメは見つかりませんでした。もしかして：{ $names }
chat-top = みんなが好きな作品
chat-nothing = 全部の条件に合う作品がありません。条件を少し減らしてみてください。
chat-like-none-left = { $titles }に似た作品は、もう残っていません。
chat-none-left = ここでおすすめできる作品は、もう残っていません。
chat-unrated = まだあなたの好みがわからないので、みんなが好きな作品です。`/{ command-rate }` で{ $count }本評価すると、あなたに合わせて選びます。
chat-private = あなたへのおすすめは、あなただけにお見せします。
chat-show-me = 見せて
chat-just-for-me = 自分用に見る
chat-adult = ここでお見せできるものがありません。ほかのジャンルでお試しください。
chat-not-allowed = このチャンネルでは画像やリストを出せません。`/{ command-recommend }` ならここでも使えます。
chat-stars = ★は、あなたがつけそうな点数です。

both-like = あなたと{ $name }さんが、ふたりとも好きそうな作品
both-like-help = ふたりに合いそうな順です。お互いの評価も、つけそうな点数も見えません。
both-like-narrow = まだ知らない作品が少なすぎます。短いリストだと、相手の知っている作品がわかってしまうので、お見せできません。
both-like-none = ふたりともまだ知らない作品が見つかりませんでした。
both-yourself = それはあなたです！ あなたの好きそうな作品は `/{ command-recommend }` で出せます。ふたりで見るものを探すなら、ほかの人を選んでください。
both-bot = ボットはたぶんアニメを見ません。人を選んでください。

named-here = このメッセージに出てくるアニメ
named-none = このメッセージにアニメは見つかりませんでした。`/{ command-search }` で作品を調べられます。
named-rate = どの作品を評価しますか？
