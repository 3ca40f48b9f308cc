party-help = 何人かで見るとき、みんなが好きそうな作品を探します
party-who = 誰と一緒に見ますか？ { $most }人まで選ぶか、ボイスチャンネルの全員を選べます。リストはこのチャンネルの全員に表示されます。
party-choose = 一緒に見る人を選ぶ
party-voice = ボイスチャンネルの全員
party-nobody = 自分以外の人を選んでください。ボットは数えません。
party-no-voice = ここのボイスチャンネルにあなたが見つかりません。入ってからもう一度押すか、メニューで人を選んでください。
party-voice-full = そのチャンネルには{ $most }人より多くの人がいます。メニューで選んでください。
party-none = 全員がまだ知らない作品が見つかりませんでした。条件を少し減らしてみてください。
party-shown = できました。リストは下にあり、ここにいる全員が見られます。

party-title = みんなが好きそうな作品
party-for = { $who } さんが一緒に見る作品を探しています。{ $count }人に合わせて、誰もまだ知らない作品を選びました。
party-footer = 自分が数に入っているかは「自分はどう？」で確かめられます（自分だけに見えます）。
party-footer-means = ★は、みんながつけそうな点数の平均です。自分が数に入っているかは「自分はどう？」で確かめられます（自分だけに見えます）。
party-about-me = 自分はどう？
party-vote = 投票する
party-question = どれを見ましょうか？
party-no-polls = このチャンネルでは投票を作れません。チャンネルを管理している人が「投票の作成」を許可すると作れます。

party-own-title = このリストとあなた
party-own-footer = ★は、あなたがつけそうな点数です。これはあなただけに見えます。
party-less = あなたには少し合わないかも
party-you-count = このリストは、あなたの好みにも合わせてあります。
party-count-share = まだ数に入っていません。このリストには、あなたの好みは使われていません。次から数に入るには、`/{ command-profile } { command-profile-set }` で「{ option-share }」を True にしてください。
party-count-rate = まだ数に入っていません。`/{ command-rate }` でいくつか評価すると、次から数に入ります。

error-nobody-shares = あなたのほかには、まだ数に入る人がいません。`/{ command-profile } { command-profile-set }` で「{ option-share }」を True にし、`/{ command-rate }` でいくつか評価した人が数に入ります。
error-narrow-party = それでは、何人かで選ぶには作品が少なすぎます。条件を少し減らしてみてください。
error-party-gone = そのリストはもう終わりました。`/{ command-party }` で新しく作れます。
error-not-in-party = あなたはこのリストの数に入っていません。`/{ command-rate }` でいくつか評価し、`/{ command-profile } { command-profile-set }` で「{ option-share }」を True にすると、次から数に入れます。`/{ command-party }` で自分のリストも作れます。
error-party-polled = 投票はもうあります：{ $link }
error-party-polling = いま投票を作っているところです。
